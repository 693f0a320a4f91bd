package dev.roster.testkit.simulation;

import dev.roster.Operation;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.protocol.MemberMachine;
import dev.roster.protocol.Now;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One process with one member: the real machine, and adapters that carry its effects out. What
 * reaches it while it is paused waits, in order; what reaches it after its end is lost.
 */
final class SimulatedProcess {
    private static final long TIE_CHECK_NANOS = 100_000_000L;
    private static final long WALL_MILLIS = 1_760_000_000_000L;

    /** A run of work: the same key may be stuck under one token and run under the next. */
    private record RunId(Work work, long token) {}

    final Link link = new Link();
    private final Simulation simulation;
    private final ProcessPlan plan;
    private final MemberClock clock;
    private final MemberMachine machine;
    private final Commits commits;
    private final Reads reads;
    private final Map<RunId, WorkRun> works = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private @Nullable SlotRun slot;
    private @Nullable SimulatedConsumer jobs;
    private final Set<String> brokenTies = new TreeSet<>();
    private List<String> ties = List.of();
    private String incarnation = "";
    private long validUntil;
    private long guardBehind;
    private long armedFor = Long.MAX_VALUE;
    private boolean isDead;
    private boolean isPaused;
    private boolean isLeaving;
    private boolean isMember;

    SimulatedProcess(
            Simulation simulation, ProcessPlan plan, MemberClock clock, MemberMachine machine) {
        this.simulation = simulation;
        this.plan = plan;
        this.clock = clock;
        this.machine = machine;
        this.commits = new Commits(simulation, this);
        this.reads = new Reads(simulation, this);
    }

    String name() {
        return plan.name();
    }

    String tie() {
        return plan.tie();
    }

    void consumesWith(SimulatedConsumer consumer) {
        jobs = consumer;
    }

    /** Its consumer, in a run with a queue. */
    SimulatedConsumer jobs() {
        return Objects.requireNonNull(jobs);
    }

    boolean hasSlotHandler() {
        return plan.hasSlotHandler();
    }

    ProcessPlan plan() {
        return plan;
    }

    String incarnation() {
        return incarnation;
    }

    boolean isDead() {
        return isDead;
    }

    boolean isPaused() {
        return isPaused;
    }

    boolean isLeaving() {
        return isLeaving;
    }

    /** Whether it takes itself for a member. */
    boolean isMember() {
        return isMember;
    }

    void begin() {
        on(new Event.Join());
        plan.divisions().forEach(settings -> on(new Event.JoinDivision(settings)));
    }

    // Life and death.

    void crash() {
        isDead = true;
        reads.end();
        if (!incarnation.isEmpty()) {
            simulation.observe(new Observation.Died(simulation.now(), incarnation));
        }
        simulation.trace.note(simulation.now(), name(), "crashed", 0);
    }

    /**
     * Stands still.
     *
     * @param guardStands whether the clock of the guard stands still, too
     */
    void pause(long nanos, boolean guardStands) {
        if (isPaused || isDead) {
            return;
        }
        isPaused = true;
        simulation.trace.note(simulation.now(), name(), "paused", nanos);
        long since = simulation.now();
        simulation.schedule.after(
                nanos,
                () -> {
                    isPaused = false;
                    if (guardStands) {
                        guardBehind += clock.local(simulation.now()) - clock.local(since);
                    }
                    simulation.trace.note(simulation.now(), name(), "goes on", nanos);
                    while (!isPaused && !waiting.isEmpty()) {
                        waiting.removeFirst().run();
                    }
                });
    }

    /** Does something if the process lives, when it runs. */
    void act(Runnable action) {
        if (isDead) {
            return;
        }
        if (isPaused || !waiting.isEmpty()) {
            waiting.addLast(action);
        } else {
            action.run();
        }
    }

    /** Does something later, when the process runs. */
    void after(long nanos, Runnable action) {
        simulation.schedule.after(nanos, () -> act(action));
    }

    void leave() {
        isLeaving = true;
        act(() -> on(new Event.Leave()));
    }

    void cancel() {
        isLeaving = true;
        act(() -> on(new Event.Cancel()));
    }

    /** Whether the hot path says that this member may act: no more than a look at a clock. */
    boolean guardSaysYes() {
        return clock.local(simulation.now()) - guardBehind < validUntil;
    }

    // The machine.

    void on(Event event) {
        if (isDead) {
            return;
        }
        simulation.trace.note(simulation.now(), name(), event, 0);
        long local = clock.local(simulation.now());
        // Reading the clock is what ends the standing still of the guard's.
        guardBehind = 0;
        List<Effect> effects =
                machine.on(event, new Now(local, WALL_MILLIS + simulation.now() / 1_000_000));
        for (Effect effect : effects) {
            execute(effect);
        }
        arm();
    }

    private void arm() {
        long wake = Math.max(simulation.now(), clock.trueTime(machine.nextWakeNanos()));
        if (isDead || machine.nextWakeNanos() == Long.MAX_VALUE || wake >= armedFor) {
            return;
        }
        armedFor = wake;
        simulation.schedule.at(
                wake + 1000,
                () -> {
                    if (armedFor == wake) {
                        armedFor = Long.MAX_VALUE;
                        act(() -> on(new Event.Tick()));
                    }
                });
    }

    private void execute(Effect effect) {
        simulation.trace.note(simulation.now(), name(), effect, 1);
        switch (effect) {
            case Effect.ReadGroup read -> reads.readGroup();
            case Effect.ReadBeats read -> reads.readBeats();
            case Effect.WatchBeats watch -> reads.watchBeats(watch.on());
            case Effect.WatchTies watch -> watchTies(watch.ties());
            case Effect.Send send -> send(send);
            case Effect.Valid valid -> valid(valid.untilNanos());
            case Effect.Joined joined -> joined(joined.incarnation());
            case Effect.JoinRefused refused -> throw new IllegalStateException(refused.why());
            case Effect.Lost lost -> lost(lost);
            case Effect.Regained regained -> {
                isMember = true;
                simulation.tally.count(Sometimes.REGAINED_WITHOUT_EVICTION);
            }
            case Effect.Left left -> left(left.cleanly());
            case Effect.StopSlot stop -> {
                if (slot == null) {
                    after(0, () -> on(new Event.SlotStopped(stop.generation())));
                } else {
                    slot.stop();
                }
            }
            case Effect.StartSlot start -> {
                if (hasSlotHandler()) {
                    slot = new SlotRun(simulation, this, start);
                    slot.begin();
                }
            }
            case Effect.StartWork start -> {
                WorkRun run = new WorkRun(simulation, this, start);
                Work work = new Work(start.division(), start.key());
                works.put(new RunId(work, start.token()), run);
                run.begin();
            }
            case Effect.StopWork stop -> {
                WorkRun run = run(stop.division(), stop.key(), stop.token());
                if (run != null) {
                    run.stop(stop.reason());
                }
            }
            case Effect.Released released -> {
                WorkRun run = run(released.division(), released.key(), released.token());
                if (run != null) {
                    run.revoke();
                }
            }
            case Effect.Flushed flushed -> simulation.tally.count(Sometimes.FLUSHED);
            case Effect.DivisionJoined joined -> {}
            case Effect.DivisionRefused refused -> throw new IllegalStateException(refused.why());
            case Effect.Report report -> report(report);
        }
    }

    /** The work on a key that runs under an ownership. */
    @Nullable WorkRun runOn(String division, String key) {
        WorkRun found = null;
        for (Map.Entry<RunId, WorkRun> one : works.entrySet()) {
            if (one.getKey().work().equals(new Work(division, key))
                    && !one.getValue().isRevoked()) {
                found = one.getValue();
            }
        }
        return found;
    }

    private @Nullable WorkRun run(String division, String key, long token) {
        return works.get(new RunId(new Work(division, key), token));
    }

    void ended(long token, Work work) {
        works.remove(new RunId(work, token));
    }

    private void send(Effect.Send send) {
        commits.send(
                send.commit(),
                sender(send),
                send.isBeat(),
                result -> on(new Event.CommitEnded(send.id(), result)));
    }

    /** The incarnation on whose behalf a commit is; a joining is on that of the one that joins. */
    private String sender(Effect.Send send) {
        String members = simulation.store.layout().members();
        if (!isMember && !send.isBeat()) {
            for (Operation operation : send.commit().operations()) {
                if (operation instanceof Operation.Put && operation.key().startsWith(members)) {
                    return operation.key().substring(members.length());
                }
            }
        }
        return incarnation;
    }

    private void watchTies(List<String> watched) {
        ties = watched;
        watched.forEach(this::tieBroke);
    }

    /** Looks at a tie that may be broken, and tells the machine again and again while it is. */
    void tieBroke(String tie) {
        if (!ties.contains(tie) || !simulation.isBroken(tie)) {
            brokenTies.remove(tie);
        } else if (brokenTies.add(tie)) {
            tellOfTie(tie);
        }
    }

    private void tellOfTie(String tie) {
        // A store says only what it has seen lately.
        after(
                Math.min(simulation.network.delay(), TIE_CHECK_NANOS),
                () -> {
                    if (ties.contains(tie)) {
                        on(new Event.TieBroken(tie));
                    }
                });
        simulation.schedule.after(
                TIE_CHECK_NANOS,
                () -> {
                    brokenTies.remove(tie);
                    if (!isDead) {
                        tieBroke(tie);
                    }
                });
    }

    private void valid(long until) {
        if (until == 0 && validUntil > 0 && isMember) {
            simulation.tally.count(Sometimes.GATED_AFTER_A_PAUSE);
        }
        validUntil = until;
        simulation.observe(
                new Observation.Valid(
                        simulation.now(), incarnation, until == 0 ? 0 : clock.trueTime(until)));
    }

    private void joined(String joined) {
        simulation.tally.count(
                incarnation.isEmpty() ? Sometimes.JOINED : Sometimes.JOINED_AGAIN_AFTER_EVICTION);
        incarnation = joined;
        isMember = true;
    }

    private void lost(Effect.Lost lost) {
        isMember = false;
        if (lost.why().contains("lease ran out")) {
            simulation.tally.count(Sometimes.LOST_BY_EXPIRY);
        }
        simulation.observe(new Observation.Lost(simulation.now(), incarnation));
        new ArrayList<>(works.values()).forEach(WorkRun::revoke);
        if (slot != null) {
            slot.revoke();
        }
    }

    private void left(boolean cleanly) {
        simulation.tally.count(cleanly ? Sometimes.LEFT_CLEANLY : Sometimes.LEFT_AT_ONCE);
        simulation.observe(new Observation.Left(simulation.now(), incarnation));
        isDead = true;
        isMember = false;
        reads.end();
    }

    private void report(Effect.Report report) {
        switch (report.kind()) {
            case CORRUPT_RECORD -> simulation.tally.count(Sometimes.CORRUPT_RECORD_PASSED_OVER);
            case STUCK_HANDLER -> stuck(report.subject());
            case WORK_GIVEN_UP -> simulation.tally.count(Sometimes.WORK_FAILED_FOR_GOOD);
            case FENCED -> simulation.tally.count(Sometimes.WORK_ENDED_TOO_LATE);
            case EVICTED_OTHER -> evicted(report.detail());
            case STORE_CHANGED, WORK_FAILED, JOIN_REFUSED, OWN_FAULT -> {}
        }
    }

    private void evicted(String detail) {
        simulation.tally.count(Sometimes.EVICTED_ANOTHER);
        long millis = Long.parseLong(detail.replaceAll("[^0-9]", ""));
        if (millis < simulation.scenario.timing().leaseNanos() / 1_000_000) {
            simulation.tally.count(Sometimes.EVICTED_AFTER_A_BROKEN_TIE);
        }
    }

    private void stuck(String subject) {
        if (subject.startsWith("slot of ")) {
            simulation.tally.count(Sometimes.SLOT_HANDLER_STUCK);
            Objects.requireNonNull(slot).revoke();
            return;
        }
        simulation.tally.count(Sometimes.WORK_STUCK);
        for (WorkRun run : works.values()) {
            if (run.key().equals(subject) && run.isStopping()) {
                run.revoke();
            }
        }
    }
}
