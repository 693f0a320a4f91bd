package dev.roster.testkit.chaos;

import dev.roster.testkit.check.Judgement;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import dev.roster.testkit.witness.Chronicle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What came out of a run.
 *
 * @param store which store
 * @param seed of its plan
 * @param judgements what each checker found
 * @param anomalies what the store did that no store may do
 * @param problems what the run itself met: a group that did not come to rest, a process that ended
 * @param faults how often each fault was done, and the longest time until all was well after it
 * @param leftOut the faults that the store has not, and why
 * @param sometimes how often something happened that makes a run worth its time
 */
public record ChaosResult(
        String store,
        long seed,
        List<Judgement> judgements,
        List<String> anomalies,
        List<String> problems,
        Map<Fault, Done> faults,
        Map<Fault, String> leftOut,
        Map<String, Long> sometimes) {
    /** How often a fault was done, and the longest time until all was well after it. */
    public record Done(int times, long longestNanos) {}

    /** Whether nothing was broken, and nothing went wrong. */
    public boolean isGood() {
        return anomalies.isEmpty()
                && problems.isEmpty()
                && judgements.stream().allMatch(one -> one.violation() == null);
    }

    /**
     * Judges the histories in a folder again.
     *
     * @throws IllegalArgumentException the folder is none of a run
     */
    public static ChaosResult recheck(Path folder) {
        return of(folder, RunFacts.read(folder), List.of());
    }

    static ChaosResult of(Path folder, RunFacts facts, List<String> problems) {
        Chronicle chronicle = Chronicle.read(histories(folder), facts.group());
        List<Observation> all = chronicle.observations();
        Map<String, Long> sometimes = new LinkedHashMap<>(facts.counts());
        count(chronicle, all, sometimes);
        return new ChaosResult(
                facts.store(),
                facts.seed(),
                chronicle.judge(facts.lease()),
                chronicle.anomalies(),
                List.copyOf(problems),
                faults(all),
                facts.leftOut(),
                sometimes);
    }

    private static List<Path> histories(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Fault, Done> faults(List<Observation> all) {
        Map<Fault, Done> faults = new EnumMap<>(Fault.class);
        String healed = "";
        long since = 0;
        for (Observation seen : all) {
            if (seen instanceof Observation.Disturbed disturbed) {
                healed = "";
                String what = disturbed.what();
                if (what.startsWith(RunFacts.HEALED)) {
                    healed = what.substring(RunFacts.HEALED.length());
                    since = disturbed.at();
                    faults.merge(
                            Fault.valueOf(healed),
                            new Done(1, 0),
                            (one, other) -> new Done(one.times() + 1, one.longestNanos()));
                }
            } else if (seen instanceof Observation.Quiet quiet && !healed.isEmpty()) {
                long took = quiet.at() - since;
                faults.computeIfPresent(
                        Fault.valueOf(healed),
                        (fault, done) ->
                                new Done(done.times(), Math.max(done.longestNanos(), took)));
                healed = "";
            }
        }
        return faults;
    }

    private static void count(
            Chronicle chronicle, List<Observation> all, Map<String, Long> sometimes) {
        long accepted = 0;
        long refused = 0;
        long refusedInStore = 0;
        long inStore = 0;
        long lost = 0;
        long started = 0;
        long evicted = 0;
        long sent = 0;
        long sentOn = 0;
        long sentAgain = 0;
        long requests = 0;
        long tables = 0;
        long told = 0;
        long submitted = 0;
        long begun = 0;
        long begunAgain = 0;
        long resumed = 0;
        long killed = 0;
        long cutOff = 0;
        Map<String, Set<String>> running = new HashMap<>();
        Set<String> begunJobs = new HashSet<>();
        Map<String, Long> ends = new TreeMap<>();
        Set<String> calls = new HashSet<>();
        Set<Work> harmed = new LinkedHashSet<>();
        for (Observation seen : all) {
            switch (seen) {
                case Observation.EffectAccepted effect when effect.inStore() -> inStore++;
                case Observation.EffectAccepted effect -> accepted++;
                case Observation.EffectRefused effect when effect.inStore() -> refusedInStore++;
                case Observation.EffectRefused effect -> {
                    refused++;
                    harmed.add(new Work(effect.division(), effect.key()));
                }
                case Observation.Lost ignored -> lost++;
                case Observation.WorkStarted ignored -> started++;
                case Observation.MemberRemoved removed
                        when !removed.by().equals(removed.member()) ->
                        evicted++;
                case Observation.RequestSent request -> {
                    sent++;
                    boolean first = calls.add(request.request());
                    sentOn += first ? 0 : 1;
                    sentAgain += first && !request.request().endsWith(".0") ? 1 : 0;
                }
                case Observation.RequestDone ignored -> requests++;
                case Observation.Routed ignored -> tables++;
                case Observation.EntryTold ignored -> told++;
                case Observation.JobSubmitted ignored -> submitted++;
                case Observation.JobStarted start -> {
                    running.computeIfAbsent(start.member(), unused -> new HashSet<>())
                            .add(start.job());
                    begun++;
                    begunAgain += begunJobs.add(start.job()) ? 0 : 1;
                    resumed += start.checkpoint() > 0 ? 1 : 0;
                }
                case Observation.JobEnded end -> ends.merge(end.state(), 1L, Long::sum);
                case Observation.JobStopped stop ->
                        running.getOrDefault(stop.member(), new HashSet<>()).remove(stop.job());
                case Observation.Died died -> {
                    killed++;
                    Set<String> own = running.remove(died.member());
                    cutOff += own == null ? 0 : own.size();
                }
                default -> {}
            }
        }
        sometimes.put(COMMITS, chronicle.commits());
        sometimes.put("commits failed", chronicle.failed());
        sometimes.put("commits without an answer", chronicle.unknown());
        sometimes.put("work begun", started);
        sometimes.put("members lost their lease", lost);
        sometimes.put("members evicted", evicted);
        sometimes.put("the store was another one", (long) chronicle.replacements());
        sometimes.put("records that it had forgotten then", chronicle.forgotten());
        sometimes.put("effects in the store", inStore);
        sometimes.put("late effects refused by the store", refusedInStore);
        sometimes.put("requests sent", sent);
        sometimes.put("requests sent on by one who was not the owner", sentOn);
        sometimes.put("requests sent again without an answer", sentAgain);
        sometimes.put(REQUESTS, requests);
        sometimes.put("routes told by routers", tables);
        sometimes.put(TOLD, told);
        sometimes.put("members killed", killed);
        sometimes.put("jobs that ran when their member was killed", cutOff);
        sometimes.put(SUBMITTED, submitted);
        sometimes.put("jobs begun", begun);
        sometimes.put("jobs begun again", begunAgain);
        sometimes.put("jobs begun at a checkpoint", resumed);
        ends.forEach((state, times) -> sometimes.put("jobs " + state, times));
        chronicle
                .batches()
                .forEach((how, times) ->
                        sometimes.put(
                                "batches of jobs " + (how.isEmpty() ? "without an answer" : how),
                                times));
        sometimes.put("effects accepted by the referee", accepted);
        sometimes.put(UNGUARDED, refused);
        sometimes.put("keys that they would have harmed", (long) harmed.size());
    }

    static final String REQUESTS = "requests done";
    static final String SUBMITTED = "jobs submitted";
    static final String TOLD = "events told by flows";
    static final String COMMITS = "commits known";

    /** Effects of former owners that a resource which asks for no token would have taken. */
    static final String UNGUARDED = "effects that only the token kept out";
}
