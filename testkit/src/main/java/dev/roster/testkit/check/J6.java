package dev.roster.testkit.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The jobs of a key are done one after another, in the order in which they were submitted. */
final class J6 extends Checker {
    private record Run(String member, String division, String partition, long token, String job) {}

    private final boolean clocksWithin;
    private final Map<String, List<Run>> running = new HashMap<>();
    private final Map<String, TreeMap<Long, String>> submitted = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    /** By whom, and under which token, a job was done: its end need not be recorded yet. */
    private final Map<String, Set<String>> well = new HashMap<>();

    private long replacedAt = Long.MIN_VALUE;

    /**
     * A checker.
     *
     * @param clocksWithin without, two of a key may run at one instant, since owners may overlap;
     *     what is recorded of them is in order all the same
     */
    J6(boolean clocksWithin) {
        super(
                Tier.A,
                "The jobs of a key are done one after another, in the order in which they were submitted.");
        this.clocksWithin = clocksWithin;
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forget(seen);
            case Observation.JobsForgotten forgotten -> {
                forget(seen);
                running.clear();
            }
            case Observation.JobSubmitted job -> {
                if (job.number() > 0 && job.since() > replacedAt) {
                    submitted
                            .computeIfAbsent(job.key(), unused -> new TreeMap<>())
                            .put(job.number(), job.job());
                }
            }
            case Observation.JobEnded end -> ended.add(end.job());
            case Observation.JobStarted start -> {
                if (start.number() > 0) {
                    started(start, world);
                }
            }
            case Observation.JobStopped stop -> {
                if (stop.isWell()) {
                    well.computeIfAbsent(stop.job(), unused -> new HashSet<>())
                            .add(stop.member() + " " + stop.token());
                }
                drop(run ->
                        run.job.equals(stop.job())
                                && run.token == stop.token()
                                && run.member.equals(stop.member()));
            }
            case Observation.WorkEnded work ->
                    drop(run ->
                            run.member.equals(work.member())
                                    && run.division.equals(work.division())
                                    && run.partition.equals(work.key())
                                    && run.token == work.token());
            case Observation.Died died -> drop(run -> run.member.equals(died.member()));
            case Observation.Left left -> drop(run -> run.member.equals(left.member()));
            case Observation.Lost lost -> drop(run -> run.member.equals(lost.member()));
            default -> {}
        }
    }

    private void forget(Observation seen) {
        replacedAt = seen.at();
        submitted.clear();
        ended.clear();
    }

    private void drop(java.util.function.Predicate<Run> which) {
        running.values().forEach(runs -> runs.removeIf(which));
        running.values().removeIf(List::isEmpty);
    }

    private void started(Observation.JobStarted start, World world) {
        List<Run> runs = running.computeIfAbsent(start.key(), unused -> new ArrayList<>());
        for (Run run : runs) {
            boolean isSame = run.member.equals(start.member());
            boolean isValid =
                    world.isValid(run.member, start.at())
                            && world.isValid(start.member(), start.at());
            require(
                    !isSame && (!isValid || !clocksWithin),
                    start,
                    "%s of %s begins at %s while %s runs at %s",
                    start.job(),
                    start.key(),
                    start.member(),
                    run.job,
                    run.member);
        }
        runs.add(
                new Run(
                        start.member(),
                        start.division(),
                        start.partition(),
                        start.token(),
                        start.job()));
        if (!world.isOwner(start)) {
            return;
        }
        TreeMap<Long, String> before = submitted.getOrDefault(start.key(), new TreeMap<>());
        before.headMap(start.number()).values().removeIf(ended::contains);
        String owner = start.member() + " " + start.token();
        for (String job : before.headMap(start.number()).values()) {
            require(
                    well.getOrDefault(job, Set.of()).contains(owner),
                    start,
                    "%s of %s begins before %s, which was submitted before it, is done",
                    start.job(),
                    start.key(),
                    job);
        }
        require(true, start, "");
    }
}
