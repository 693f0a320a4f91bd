package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Fence;
import dev.roster.RosterException;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.protocol.jobs.ControlRecord;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobCounts;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.JobsEffect;
import dev.roster.protocol.jobs.JobsMachine;
import dev.roster.protocol.jobs.Outcome;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Reading;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.StopCause;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a {@link JobsMachine} decides: one thread reads and keeps the time, one writes,
 * and handlers run on virtual ones. The machine is guarded by the lock.
 */
final class Pump implements DivisionListener, Desk {
    private static final long IDLE_NANOS = 1_000_000_000;

    private final QueueOf queue;
    private final Division division;
    private final JobsMachine machine;
    private final Calls calls;
    private final Ears ears;
    private final Finishing finishing;
    private final FailSafe failSafe;
    private final Colleagues colleagues;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition toRead = lock.newCondition();
    private final Condition toWrite = lock.newCondition();
    private final Condition somethingSaved = lock.newCondition();
    private final Owned owned;
    private final Map<JobRun, ActiveJob> active = new HashMap<>();
    private final Thread.Builder.OfVirtual threads;
    private boolean readerWaits;
    private boolean writerWaits;
    private volatile boolean over;

    Pump(
            QueueOf queue,
            Division division,
            JobsMachine machine,
            Map<String, JobHandler> handlers,
            @Nullable JobContext context,
            Ears ears,
            FailSafe failSafe,
            Colleagues colleagues) {
        this.queue = queue;
        this.division = division;
        this.owned = new Owned(division);
        this.machine = machine;
        this.calls = new Calls(handlers, context);
        this.ears = ears;
        this.failSafe = failSafe;
        this.colleagues = colleagues;
        this.finishing = new Finishing(queue, context);
        this.threads = Thread.ofVirtual().name("roster-job-" + queue.name + "-", 0);
    }

    void start() {
        daemon("reader", this::readUntilOver);
        daemon("writer", this::writeUntilOver);
        daemon("guard", () -> failSafe.watch(lock));
    }

    private void daemon(String what, Runnable task) {
        String name = "roster-jobs-" + what + "-" + queue.name;
        Thread.ofPlatform().daemon().name(name).start(() -> failSafe.guard(task));
    }

    /** Ends the threads; whatever still runs is on its own. */
    void end() {
        failSafe.end();
        over = true;
        if (FailSafe.takes(lock)) {
            try {
                toRead.signalAll();
                toWrite.signalAll();
                somethingSaved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    Division division() {
        return division;
    }

    boolean isOver() {
        return over;
    }

    // What the division tells.

    @Override
    public void start(Ownership ownership) {
        lock.lock();
        try {
            owned.add(ownership);
            machine.owned(Owned.partition(ownership), ownership.token(), queue.time.now());
            act();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop(Ownership ownership, StopReason reason) {
        int partition = Owned.partition(ownership);
        lock.lock();
        try {
            if (reason == StopReason.LOST || over) {
                machine.lost(partition, ownership.token(), queue.time.now());
                owned.confirm(ownership);
            } else {
                machine.drain(partition, ownership.token(), queue.time.now());
            }
            act();
        } finally {
            lock.unlock();
        }
    }

    // What others tell.

    private void tell(LongConsumer what) {
        lock.lock();
        try {
            what.accept(queue.time.now());
            act();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T asked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    void woken(int partition) {
        tell(now -> machine.woken(partition));
    }

    /** Hands over what was put; returns whether its partition is owned here. */
    boolean handed(int partition, Slip slip) {
        lock.lock();
        try {
            boolean isTaken = machine.handed(partition, slip, queue.time.now());
            act();
            return isTaken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether what is put into a partition should be handed over here. */
    boolean takes(int partition) {
        lock.lock();
        try {
            return machine.isActive(partition);
        } finally {
            lock.unlock();
        }
    }

    void looked(int partition) {
        tell(now -> machine.looked(partition));
    }

    void others(Set<String> tasks) {
        tell(now -> machine.others(tasks, now));
    }

    void control(ControlRecord control) {
        tell(now -> {
            machine.paused(control.paused(), control.pausedTasks(), now);
            machine.rate(control.perHour() / 3600.0, now);
        });
    }

    JobCounts counts() {
        return asked(() -> machine.counts());
    }

    Set<String> unknownTasks() {
        return asked(() -> machine.unknownTasks());
    }

    Set<Integer> partitions() {
        return asked(owned::partitions);
    }

    // What handlers ask for.

    @Override
    public @Nullable ProgressRecord progress(JobRun run) {
        return asked(() -> run.progress());
    }

    @Override
    public long save(
            JobRun run, @Nullable Bytes checkpoint, int percent, String note, boolean urgent) {
        lock.lock();
        try {
            // Thousands may save in a second; those who keep the time know of the first.
            boolean isNews = urgent || !machine.isToSave(run);
            long sequence = machine.save(run, checkpoint, percent, note, urgent);
            if (isNews) {
                act();
            }
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitSaved(ActiveJob job, long sequence) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (job.saved < sequence) {
                if (over || job.isLost()) {
                    return false;
                }
                somethingSaved.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Step followUp(Job job) {
        return finishing.followUp(job);
    }

    @Override
    public QueueBatch completion(ActiveJob job) {
        return finishing.completion(machine, job);
    }

    // What the machine decided. All under the lock.

    private void act() {
        List<JobsEffect> effects = machine.effects();
        for (JobsEffect effect : effects) {
            act(effect);
        }
        long now = queue.time.now();
        if (writerWaits && machine.writeAt(now) <= now) {
            writerWaits = false;
            toWrite.signal();
        }
        if (readerWaits && machine.readAt(now) <= now) {
            readerWaits = false;
            toRead.signal();
        }
    }

    private void act(JobsEffect effect) {
        switch (effect) {
            case JobsEffect.Start start -> start(start.run());
            case JobsEffect.Warn warn -> tell(warn.run(), warn.cause());
            case JobsEffect.Interrupt interrupt -> {
                ActiveJob job = tell(interrupt.run(), interrupt.cause());
                Thread thread = job == null ? null : job.thread;
                if (thread != null) {
                    thread.interrupt();
                }
            }
            case JobsEffect.Saved saved -> {
                ActiveJob job = active.get(saved.run());
                if (job != null) {
                    job.saved = Math.max(job.saved, saved.sequence());
                    somethingSaved.signalAll();
                }
            }
            case JobsEffect.Released released ->
                    owned.released(released.partition(), released.token());
            case JobsEffect.Fenced fenced -> owned.fenced(fenced.partition(), fenced.token());
            case JobsEffect.Pass pass -> {
                Ownership ownership = owned.find(pass.partition(), pass.token());
                if (ownership != null) {
                    threads.start(() -> colleagues.pass(division, ownership, pass.tasks()));
                }
            }
            case JobsEffect.Told told -> {
                ears.tell(told);
                if (told.what() == JobsEffect.What.STUCK) {
                    stuck(active.get(told.run()));
                }
            }
            case JobsEffect.Report report -> ears.report(report);
        }
    }

    private void stuck(@Nullable ActiveJob job) {
        Thread thread = job == null ? null : job.thread;
        if (thread != null) {
            failSafe.stuck(thread);
        }
    }

    private void start(JobRun run) {
        ActiveJob job = new ActiveJob(this, run, owned.tenure(run));
        active.put(run, job);
        Thread thread = threads.unstarted(() -> call(job));
        job.thread = thread;
        thread.start();
    }

    private @Nullable ActiveJob tell(JobRun run, StopCause cause) {
        ActiveJob job = active.get(run);
        if (job != null) {
            job.tell(cause);
            somethingSaved.signalAll();
        }
        return job;
    }

    // The handlers' threads.

    private void call(ActiveJob job) {
        failSafe.guard(() -> ended(job, calls.call(job)));
    }

    private void ended(ActiveJob job, Outcome outcome) {
        tell(now -> {
            active.remove(job.run());
            machine.ended(job.run(), outcome, now);
        });
    }

    // The reader's thread.

    private void readUntilOver() {
        while (!over) {
            Reading reading = nextReading();
            if (reading != null) {
                read(reading);
            }
        }
    }

    private @Nullable Reading nextReading() {
        lock.lock();
        try {
            Reading reading = ticked();
            while (reading == null && !over) {
                long now = queue.time.now();
                long wake = machine.tickAt(now);
                long write = machine.writeAt(now);
                wake = write > now ? Math.min(wake, write) : wake;
                long wait = wake == Long.MAX_VALUE ? IDLE_NANOS : queue.time.nanosUntil(wake);
                readerWaits = true;
                // Never quite zero: what is due may be the other thread's, which is on its way.
                long unused = toRead.awaitNanos(Math.clamp(wait, 50_000, IDLE_NANOS));
                readerWaits = false;
                reading = ticked();
            }
            return reading;
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; it ends when it is over.
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Reading ticked() {
        long now = queue.time.now();
        machine.tick(now);
        act();
        return machine.nextReading(now);
    }

    private void read(Reading reading) {
        QueuePage page = null;
        try {
            page = queue.read(Wire.ranges(reading));
        } catch (RosterException | IllegalStateException e) {
            ears.problem("queue " + queue.name, e);
        }
        lock.lock();
        try {
            long now = queue.time.now();
            if (page == null) {
                machine.notRead(reading, now);
            } else {
                machine.read(reading, Wire.slips(page), now);
            }
            act();
        } finally {
            lock.unlock();
        }
    }

    // The writer's thread.

    private void writeUntilOver() {
        while (!over) {
            Flush flush = nextFlush();
            if (flush != null) {
                write(flush);
            }
        }
    }

    private @Nullable Flush nextFlush() {
        lock.lock();
        try {
            Flush flush = machine.nextFlush(queue.time.now());
            while (flush == null && !over) {
                writerWaits = true;
                toWrite.await();
                writerWaits = false;
                flush = machine.nextFlush(queue.time.now());
            }
            return flush;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void write(Flush flush) {
        List<QueueBatch> batches = new ArrayList<>();
        List<Integer> sent = new ArrayList<>();
        List<Flush.Answer> answers = new ArrayList<>();
        for (Flush.Batch batch : flush.batches()) {
            Fence fence = fence(batch);
            answers.add(new Flush.Answer.Fenced("it was given up meanwhile"));
            if (fence != null) {
                Set<Integer> wakes = Step.worked(batch.steps());
                wakes.remove(batch.partition());
                batches.add(Wire.batch(fence, batch, wakes));
                sent.add(answers.size() - 1);
            }
        }
        List<QueueResult> results = apply(batches);
        for (int n = 0; n < results.size(); n++) {
            answers.set(sent.get(n), Wire.answer(results.get(n)));
        }
        tell(now -> {
            machine.flushed(flush, answers, now);
            for (int n = 0; n < answers.size(); n++) {
                if (answers.get(n) instanceof Flush.Answer.Applied) {
                    Step.worked(flush.batches().get(n).steps()).forEach(machine::woken);
                }
            }
        });
    }

    private @Nullable Fence fence(Flush.Batch batch) {
        return asked(() -> owned.fence(batch.partition(), batch.token()));
    }

    private List<QueueResult> apply(List<QueueBatch> batches) {
        try {
            return batches.isEmpty() ? List.of() : queue.queue.apply(batches);
        } catch (RosterException | IllegalStateException e) {
            ears.problem("queue " + queue.name, e);
            List<QueueResult> all = new ArrayList<>();
            batches.forEach(unused -> all.add(new QueueResult.Unknown(e.toString())));
            return all;
        }
    }
}
