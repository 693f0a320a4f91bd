package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import dev.roster.protocol.Proof;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.PartitionRecord;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Proviso;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.Timetable;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The queue of a run: where changes are applied, seen and hinted at. */
final class JobsScene {
    static final long EPOCH_MICROS = 1_760_000_000_000_000L;

    /** Under which ownership something is changed. */
    record Owner(String member, String partition, long token, Proof proof) {}

    final QueueCalls calls;
    final JobProducers producers;
    final PassingOn passes;
    final JobSchedules schedules;
    private final Simulation simulation;
    private final int partitions;

    JobsScene(Simulation simulation) {
        this.simulation = simulation;
        this.partitions = simulation.scenario.jobs();
        this.calls = new QueueCalls(simulation);
        this.passes = new PassingOn(simulation, Dice.of(simulation.seed, "passing on"));
        this.schedules = new JobSchedules(simulation, this, Dice.of(simulation.seed, "schedules"));
        this.producers = new JobProducers(simulation, this, Dice.of(simulation.seed, "producers"));
    }

    int partitions() {
        return partitions;
    }

    /** The store's clock, in microseconds since 1970. */
    long micros() {
        return EPOCH_MICROS + simulation.now() / 1000;
    }

    static String name(int partition, Spot spot) {
        return partition + ":" + spot.id();
    }

    private SimulatedQueue queue() {
        return simulation.store.queue();
    }

    // What changes it.

    /** What an owner writes, as it arrives at the store. */
    Flush.Answer applyOwned(Owner owner, @Nullable Bytes under, List<Step> steps) {
        boolean isFenced = simulation.mutant != Mutant.JOB_FENCE_LEFT_OUT;
        if (isFenced && !simulation.store.holds(owner.proof())) {
            simulation.tally.count(Sometimes.JOB_WRITE_FENCED);
            return new Flush.Answer.Fenced("it is another's");
        }
        Flush.Answer answer =
                queue().apply(under == null ? List.of() : List.of(turn(steps, under)), steps);
        if (answer instanceof Flush.Answer.Applied) {
            tell(owner, steps);
            hint(Step.worked(steps));
        }
        return answer;
    }

    private static Proviso turn(List<Step> steps, Bytes under) {
        int partition = steps.getFirst().partition();
        return new Proviso(partition, Ledger.PROGRESS, PartitionRecord.SPOT, under);
    }

    /** What anybody else writes, who wakes the owners of some partitions. */
    Flush.Answer apply(List<Proviso> provisos, List<Step> steps, Set<Integer> wakes) {
        Flush.Answer answer = queue().apply(provisos, steps);
        if (answer instanceof Flush.Answer.Applied) {
            tell(new Owner("", "", 0, Simulation.NO_PROOF), steps);
            hint(wakes);
        }
        return answer;
    }

    private void tell(Owner owner, List<Step> steps) {
        Set<String> back = new LinkedHashSet<>();
        for (Step step : steps) {
            try {
                switch (step) {
                    case Step.Put put -> put(owner, put, steps);
                    case Step.Replace replace -> back.add(name(step.partition(), step.spot()));
                    case Step.Remove remove -> {}
                    case Step.Take take -> {}
                }
            } catch (CorruptRecordException e) {
                throw new IllegalStateException(e);
            }
        }
        back.forEach(job -> putBack(owner, job));
    }

    private void put(Owner owner, Step.Put put, List<Step> steps) throws CorruptRecordException {
        String job = name(put.partition(), put.spot());
        switch (put.ledger()) {
            case WORK -> {
                boolean isBack =
                        steps.stream()
                                .anyMatch(step ->
                                        step instanceof Step.Take
                                                && step.ledger() == Ledger.WORK
                                                && step.spot().id().equals(put.spot().id()));
                if (isBack) {
                    putBack(owner, job);
                } else {
                    stored(job, JobRecord.parse(put.value()));
                }
            }
            case PROGRESS -> {
                if (!put.spot().equals(PartitionRecord.SPOT)) {
                    saved(owner, job, ProgressRecord.parse(put.value()).checkpoint());
                }
            }
            case DEAD -> ended(owner, job, EndState.DEAD);
            case DONE -> {
                for (DoneRecord.Line line : DoneRecord.parse(put.value()).lines()) {
                    ended(owner, put.partition() + ":" + line.id(), line.state());
                }
            }
            case UNIQUE, TICKET -> {}
        }
    }

    private void stored(String job, JobRecord record) {
        String schedule = record.headers().get(Timetable.SCHEDULE);
        if (schedule != null) {
            String time = record.headers().getOrDefault(Timetable.FIRE_TIME, "");
            simulation.tally.count(Sometimes.JOB_FIRED);
            simulation.observe(new Observation.JobFired(now(), schedule, time, job));
        }
        String submit = JobPlan.of(record).submit();
        simulation.observe(new Observation.JobStored(now(), submit, job));
    }

    private void putBack(Owner owner, String job) {
        simulation.tally.count(Sometimes.JOB_PUT_BACK);
        simulation.observe(
                new Observation.JobPutBack(
                        now(),
                        owner.member(),
                        Population.JOBS,
                        owner.partition(),
                        owner.token(),
                        job));
    }

    /** What ends a job that waits or runs. */
    static List<Step> end(int partition, Spot spot, DoneRecord.Line line, long now) {
        return List.of(
                new Step.Take(partition, Ledger.WORK, spot),
                new Step.Remove(partition, Ledger.PROGRESS, new Spot(0, 0, spot.id())),
                new Step.Put(
                        partition,
                        Ledger.DONE,
                        new Spot(0, now, spot.id()),
                        new DoneRecord(List.of(line)).toBytes()));
    }

    private void saved(Owner owner, String job, Bytes checkpoint) {
        if (checkpoint.size() > 0) {
            simulation.tally.count(Sometimes.JOB_SAVED);
            simulation.observe(
                    new Observation.JobSaved(
                            now(),
                            owner.member(),
                            Population.JOBS,
                            owner.partition(),
                            owner.token(),
                            job,
                            Long.parseLong(checkpoint.toUtf8())));
        }
    }

    private void ended(Owner owner, String job, EndState state) {
        simulation.tally.count(
                switch (state) {
                    case DONE -> Sometimes.JOB_DONE;
                    case DEAD -> Sometimes.JOB_DEAD;
                    case CANCELLED -> Sometimes.JOB_CANCELLED;
                    case EXPIRED -> Sometimes.JOB_EXPIRED;
                });
        simulation.observe(
                new Observation.JobEnded(
                        now(),
                        owner.member(),
                        Population.JOBS,
                        owner.partition(),
                        owner.token(),
                        job,
                        state.name().toLowerCase(Locale.ROOT)));
    }

    private long now() {
        return simulation.now();
    }

    // Hints.

    /** Owners are told that there is something. */
    void hint(Set<Integer> wakes) {
        wakes.forEach(partition -> hint(partition, false));
    }

    /** Somebody took something out. */
    void look(int partition) {
        hint(partition, true);
    }

    private void hint(int partition, boolean looks) {
        for (SimulatedProcess process : simulation.population.living()) {
            if (!simulation.network.losesChanges()) {
                process.after(
                        simulation.network.watchDelay(),
                        () -> process.jobs().hinted(partition, looks));
            }
        }
    }

    // What is there.

    /** A job that waits or runs, by where it stands; null if there is none in the partition. */
    @Nullable Slip anyWork(int partition, Dice dice) {
        List<Slip> all = new ArrayList<>();
        queue().shelf(partition, Ledger.WORK)
                .forEach((address, value) -> all.add(new Slip(address.spot(), value)));
        return all.isEmpty() ? null : dice.oneOf(all);
    }

    @Nullable Bytes at(int partition, Ledger ledger, Spot spot) {
        return queue().at(new SimulatedQueue.Address(partition, ledger, spot));
    }

    /** All plans of jobs that have not ended. */
    List<JobPlan> unfinished() {
        List<JobPlan> found = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (Bytes value : queue().shelf(partition, Ledger.WORK).values()) {
                try {
                    found.add(JobPlan.of(JobRecord.parse(value)));
                } catch (CorruptRecordException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return found;
    }

    /** Lets everything be done that was submitted, and says what was not. */
    void rest() {
        producers.end();
        long lease = simulation.scenario.timing().leaseNanos();
        long left = 30 * lease + 120_000_000_000L;
        for (JobPlan plan : unfinished()) {
            left += 3 * plan.nanos();
        }
        while (left > 0 && !unfinished().isEmpty()) {
            simulation.schedule.runUntil(now() + lease);
            left -= lease;
        }
        List<String> waiting = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (var address : queue().shelf(partition, Ledger.WORK).keySet()) {
                waiting.add(name(partition, address.spot()));
            }
        }
        simulation.tally.count(Sometimes.JOBS_RESTED);
        simulation.observe(new Observation.JobsRested(now(), waiting));
    }

    /** Some more, while others come and go. */
    void submitSome() {
        for (int n = 0; n < 5; n++) {
            producers.once();
        }
    }

    /** Waits until no job ends its process any more. */
    void outlastPoison() {
        producers.end();
        long lease = simulation.scenario.timing().leaseNanos();
        boolean isOver = false;
        for (int n = 0; n < 100 && !isOver; n++) {
            isOver = unfinished().stream().noneMatch(plan -> plan.kind() == JobPlan.Kind.POISON);
            // Once more, since the last process that was ended begins anew.
            simulation.schedule.runUntil(now() + lease);
        }
    }
}
