package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.Mutant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Decides what runs: by rank and time, within the limits, one after another of a key. */
final class Starts {
    /** As many of a limited task are read ahead, for each that runs. */
    private static final int AHEAD = 4;

    private static final int AHEAD_LEAST = 64;
    private static final int MICROS = 1_000_000;

    private final JobsMachine machine;
    private final Alarms alarms;

    /** Those that run, in the order in which they began. */
    private final ArrayDeque<JobRun> unmarked = new ArrayDeque<>();

    private final PriorityQueue<JobRun> ready = new PriorityQueue<>(Starts::inOrder);

    /** They wait for the one that is alone. */
    private final ArrayDeque<JobRun> careful = new ArrayDeque<>();

    private @Nullable JobRun alone;
    private int waiting;
    private long waitingBytes;
    private int running;
    private double rate;
    private double allowance;
    private long allowedAt;

    Starts(JobsMachine machine) {
        this.machine = machine;
        this.alarms = machine.alarms;
    }

    private static int inOrder(JobRun one, JobRun other) {
        int bySpot = one.spot().compareTo(other.spot());
        return bySpot == 0 ? Integer.compare(one.partition(), other.partition()) : bySpot;
    }

    int waiting() {
        return waiting;
    }

    long waitingBytes() {
        return waitingBytes;
    }

    int running() {
        return running;
    }

    void rate(double perSecond, long now) {
        rate = perSecond;
        allowedAt = now;
        allowance = Math.min(1, perSecond);
    }

    long wakeAt(long now) {
        long wake = alarms.next();
        JobRun first = unmarked.peek();
        if (first != null) {
            wake = Math.min(wake, first.startedAt + JobsMachine.MARK);
        }
        for (Part part : machine.parts.values()) {
            if (part.phase == Part.Phase.DRAINING && part.busy > 0) {
                long end = part.drainedAt + machine.settings.grace();
                wake = end > now ? Math.min(wake, end) : wake;
            }
        }
        if (rate > 0 && allowance < 1 && !ready.isEmpty() && share() > 0) {
            wake = Math.min(wake, allowedAt + (long) ((1 - allowance) / share() * MICROS) + 1);
        }
        return wake;
    }

    private double share() {
        return rate * machine.parts.size() / machine.settings.partitions();
    }

    // What comes in.

    /** Takes a job in; false if there is no room. */
    boolean takeIn(
            Part part,
            Slip slip,
            Part.Scan scan,
            boolean isSure,
            JobRecord job,
            TaskState task,
            long now) {
        if (task.isPaused) {
            return true;
        }
        int bytes = slip.value().size() + 100;
        if (waiting >= machine.settings.prefetch()
                || (waiting > 0 && waitingBytes + bytes > machine.settings.prefetchBytes())) {
            return false;
        }
        TaskSettings settings = task.settings;
        int ahead = Math.max(2, machine.settings.prefetch() / 8);
        Lane lane = null;
        if (task.isOrdered(job)) {
            lane = part.lanes.computeIfAbsent(job.key(), Lane::new);
            int atMost = isSure ? Math.clamp(ahead, 2, Lane.MOST) : 0;
            if (!lane.takesIn(part, slip.spot(), scan, atMost, now)) {
                if (!isSure) {
                    part.expect(slip.spot(), slip.spot().due() + Reads.SURE);
                } else if (lane.waiting.isEmpty() && lane.passedOver != null) {
                    part.readAgainFrom(lane.passedOver);
                }
                return true;
            }
        } else if (settings.atMost() > 0
                && task.waiting
                        >= Math.min(2 * ahead, Math.max(AHEAD_LEAST, AHEAD * settings.atMost()))) {
            task.passOver(part, slip.spot());
            return true;
        }
        JobRun run = run(part, slip.spot(), job, task, lane, bytes, now);
        part.live.put(run.spot(), run);
        if (run.state == JobRun.State.WAITING) {
            enter(run, now);
        }
        return true;
    }

    /** A job that was read, with what earlier attempts left. */
    private JobRun run(
            Part part,
            Spot spot,
            JobRecord job,
            TaskState task,
            @Nullable Lane lane,
            int bytes,
            long now) {
        ProgressRecord left =
                machine.is(Mutant.JOB_CHECKPOINT_FORGOTTEN) ? null : part.saved.get(spot.id());
        // Who gives a job back takes its mark back, too, so a mark is a crash's, whoever came
        // since.
        boolean crashed =
                left != null
                        && !machine.is(Mutant.JOB_CRASH_NOT_COUNTED)
                        && left.began() > 0
                        && left.attempt() > job.attempts()
                        && !part.recounted.contains(spot.id());
        JobRecord known = job;
        if (left != null && crashed) {
            JobError error =
                    new JobError(left.attempt(), now, "", "the process that ran it ended", "");
            known = job.crashed(error);
        }
        JobRun run = new JobRun(part, spot, known, task, lane, bytes);
        run.progress = left;
        run.recorded = left;
        run.hasRow = left != null;
        run.isCounted = crashed;
        if (crashed && known.attempts() >= attempts(run)) {
            machine.ends.die(
                    run,
                    "the process that ran it ended, %d times".formatted(known.attempts()),
                    now);
        }
        return run;
    }

    static int attempts(JobRun run) {
        int own = run.job().maxAttempts();
        return own > 0 ? own : run.settings().attempts();
    }

    void enter(JobRun run, long now) {
        run.taskState().waiting++;
        waiting++;
        waitingBytes += run.bytes;
        Lane lane = run.lane;
        if (lane == null) {
            if (run.job().notBefore() > now) {
                alarms.set(run.job().notBefore(), Alarms.Kind.LANE, run);
            } else {
                ready.add(run);
            }
        } else {
            lane.waiting.put(run.spot(), run);
            next(run.part, lane, now);
        }
    }

    void leave(JobRun run) {
        run.taskState().waiting--;
        waiting--;
        waitingBytes -= run.bytes;
    }

    /** Lets the next of a lane go, if there may be another. */
    private void next(Part part, Lane lane, long now) {
        while (!lane.waiting.isEmpty()) {
            JobRun first = lane.waiting.firstEntry().getValue();
            if (lane.active >= Math.max(1, first.settings().perKey())) {
                return;
            }
            if (first.job().notBefore() > now) {
                alarms.set(first.job().notBefore(), Alarms.Kind.LANE, first);
                return;
            }
            lane.waiting.remove(first.spot());
            lane.active++;
            first.holdsLane = true;
            ready.add(first);
        }
        Spot passedOver = lane.passedOver;
        if (lane.waiting.isEmpty() && passedOver != null) {
            part.readAgainFrom(passedOver);
        }
        if (lane.isIdle()) {
            part.lanes.remove(lane.key, lane);
        }
    }

    void leaveLane(JobRun run, long now) {
        Lane lane = run.lane;
        if (lane != null) {
            lane.active -= run.holdsLane ? 1 : 0;
            run.holdsLane = false;
            next(run.part, lane, now);
        }
    }

    // What begins.

    void begin(long now) {
        while (running < machine.settings.concurrency() && !ready.isEmpty() && !machine.isPaused) {
            if (!isAllowed(now)) {
                return;
            }
            JobRun run = ready.remove();
            if (run.state != JobRun.State.WAITING) {
                continue;
            }
            TaskState task = run.taskState();
            if (run.job().expires() > 0 && run.job().expires() <= now) {
                leave(run);
                Ends.end(run, new JobRun.End.Finish(EndState.EXPIRED, List.of()));
            } else if (!task.hasRoom()) {
                task.held.add(run);
            } else if (run.part.isCareful && alone != null) {
                careful.add(run);
            } else {
                occupy(run, task, now);
            }
        }
    }

    private boolean isAllowed(long now) {
        if (rate <= 0) {
            return true;
        }
        double share = share();
        double more = (now - allowedAt) * share / MICROS;
        allowance = Math.min(Math.max(1, share), allowance + more);
        allowedAt = now;
        return allowance >= 1;
    }

    private void occupy(JobRun run, TaskState task, long now) {
        leave(run);
        running++;
        task.running++;
        run.part.busy++;
        allowance -= rate > 0 ? 1 : 0;
        if (run.part.isCareful) {
            alone = run;
            run.state = JobRun.State.MARKING;
            run.startedAt = now;
            mark(run, true);
        } else {
            go(run, now);
        }
    }

    private void go(JobRun run, long now) {
        run.state = JobRun.State.RUNNING;
        run.startedAt = now;
        machine.emit(new JobsEffect.Start(run));
        machine.tell(run, JobsEffect.What.STARTED);
        if (!run.isMarked) {
            unmarked.add(run);
        } else {
            alarms.set(now + JobsMachine.ALONE, Alarms.Kind.ALONE, run);
        }
        long timeout = timeout(run);
        if (timeout > 0) {
            alarms.set(now + timeout, Alarms.Kind.TIMEOUT, run);
        }
    }

    static long timeout(JobRun run) {
        long own = run.job().timeout();
        return own > 0 ? own : run.settings().timeout();
    }

    /** Remembers, durably, that the job has begun. */
    private static void mark(JobRun run, boolean isUrgent) {
        ProgressRecord before = run.progress;
        run.isMarked = true;
        run.progress =
                before == null
                        ? new ProgressRecord(run.attempt, run.startedAt, 0, 0, "", Bytes.EMPTY)
                        : before.by(run.attempt, run.startedAt);
        run.part.saving.add(run, isUrgent);
    }

    /** What it saved, or that it begins, is written. */
    void saved(JobRun run, long now) {
        Part.Phase phase = run.part.phase;
        // What is passed on waits for it, as for all that has begun.
        boolean goesOn = phase == Part.Phase.ACTIVE || phase == Part.Phase.PASSING;
        if (run.state == JobRun.State.MARKING && goesOn) {
            go(run, now);
        }
    }

    // What leaves.

    void free(JobRun run) {
        running--;
        run.taskState().running--;
        run.part.busy--;
        if (run.equals(alone)) {
            endAlone();
        }
        TaskState task = run.taskState();
        JobRun held = task.held.poll();
        while (held != null && held.state != JobRun.State.WAITING) {
            held = task.held.poll();
        }
        if (held != null) {
            ready.add(held);
        } else {
            task.readPassedOver();
        }
    }

    private void endAlone() {
        alone = null;
        ready.addAll(careful);
        careful.clear();
    }

    void dropWaiting(Part part) {
        for (JobRun run : new ArrayList<>(part.live.values())) {
            if (run.state == JobRun.State.WAITING) {
                drop(run);
            }
        }
        part.lanes.clear();
    }

    /** Nothing of a part waits to begin; what runs keeps its key. */
    void rest(Part part) {
        for (JobRun run : new ArrayList<>(part.live.values())) {
            if (run.state == JobRun.State.WAITING) {
                dropFromLane(run);
            }
        }
        part.lanes.values().removeIf(Lane::isIdle);
    }

    private void dropFromLane(JobRun run) {
        drop(run);
        Lane lane = run.lane;
        if (lane != null) {
            lane.waiting.remove(run.spot(), run);
            lane.active -= run.holdsLane ? 1 : 0;
            run.holdsLane = false;
        }
    }

    void dropWaiting(TaskState task, long now) {
        for (Part part : machine.parts.values()) {
            for (JobRun run : new ArrayList<>(part.live.values())) {
                if (run.state == JobRun.State.WAITING && task.equals(run.task)) {
                    dropFromLane(run);
                }
            }
            // Others of the same key need not wait for what rests.
            List.copyOf(part.lanes.values()).forEach(lane -> next(part, lane, now));
        }
        task.held.clear();
    }

    private void drop(JobRun run) {
        leave(run);
        run.state = JobRun.State.OVER;
        run.part.live.remove(run.spot(), run);
    }

    // What time brings.

    void tick(long now) {
        while (!unmarked.isEmpty()
                && (unmarked.getFirst().state != JobRun.State.RUNNING
                        || unmarked.getFirst().startedAt + JobsMachine.MARK <= now)) {
            JobRun run = unmarked.removeFirst();
            if (run.state == JobRun.State.RUNNING && !run.isMarked && run.told == null) {
                mark(run, false);
            }
        }
        for (Part part : List.copyOf(machine.parts.values())) {
            if (part.phase == Part.Phase.DRAINING
                    && part.busy > 0
                    && part.drainedAt + machine.settings.grace() <= now) {
                machine.ends.interruptDrained(part, now);
            }
        }
        for (Alarms.Alarm alarm = alarms.due(now); alarm != null; alarm = alarms.due(now)) {
            ring(alarm, now);
        }
    }

    private void ring(Alarms.Alarm alarm, long now) {
        JobRun run = alarm.run();
        boolean isRunning = run.state == JobRun.State.RUNNING;
        switch (alarm.kind()) {
            case TIMEOUT -> {
                if (isRunning) {
                    machine.ends.stop(run, StopCause.TIMEOUT, now);
                }
            }
            case ALONE -> {
                if (run.equals(alone)) {
                    endAlone();
                }
            }
            case LANE -> {
                if (run.state == JobRun.State.WAITING && run.lane != null) {
                    next(run.part, run.lane, now);
                } else if (run.state == JobRun.State.WAITING) {
                    ready.add(run);
                }
            }
            case STUCK -> {
                if (isRunning) {
                    machine.ends.giveUpOn(run, now);
                }
            }
        }
    }

    /** The partition is past what made its owners crash. */
    void endCare(Part part) {
        part.isCareful = false;
        part.owners = new PartitionRecord(true, List.of(), part.owners.turn());
        part.ownersUnwritten = true;
    }
}
