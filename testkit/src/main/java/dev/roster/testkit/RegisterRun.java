package dev.roster.testkit;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.testkit.check.RegisterHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Lets several threads read and change one key, in any way that a store can be used for that, and
 * writes down what they were told, for {@link RegisterHistory}.
 */
public final class RegisterRun {
    private static final String FIRST = "first";

    private RegisterRun() {}

    /**
     * Runs, and judges what came of it.
     *
     * @param setUp makes the key, without faults
     * @param of the store that a thread uses, with whatever faults
     * @param key not used before
     * @throws AssertionError the history has no explanation
     */
    public static void judge(
            Store setUp, IntFunction<Store> of, String key, int threads, int rounds, long seed)
            throws InterruptedException {
        Commits.applied(setUp, Commits.put(key, FIRST));
        List<RegisterHistory.Step> all = new ArrayList<>();
        for (List<RegisterHistory.Step> one :
                Together.run(
                        threads,
                        thread ->
                                () -> {
                                    SplittableRandom random =
                                            new SplittableRandom(seed * 1000 + thread);
                                    return steps(of.apply(thread), key, thread, rounds, random);
                                })) {
            all.addAll(one);
        }
        RegisterHistory.violation(FIRST, all)
                .ifPresent(why -> {
                    throw new AssertionError("seed " + seed + ": " + why);
                });
    }

    private static List<RegisterHistory.Step> steps(
            Store store, String key, int thread, int rounds, SplittableRandom random) {
        List<RegisterHistory.Step> steps = new ArrayList<>();
        Entry known = null;
        for (int round = 0; round < rounds; round++) {
            if (known == null || random.nextInt(3) > 0) {
                long begin = System.nanoTime();
                try {
                    known = store.read(Range.key(key)).entries().getFirst();
                } catch (StoreUnavailableException e) {
                    continue;
                }
                steps.add(new RegisterHistory.Read(begin, System.nanoTime(), text(known)));
            }
            String written = thread + "/" + round;
            long begin = System.nanoTime();
            CommitResult result =
                    store.commit(
                            new Commit(
                                    null,
                                    List.of(Condition.unchanged(known)),
                                    List.of(Commits.put(key, written))));
            long end = System.nanoTime();
            switch (result) {
                case CommitResult.Applied applied ->
                        steps.add(new RegisterHistory.Applied(begin, end, text(known), written));
                case CommitResult.Refused refused -> {
                    Entry there = refused.found().getFirst();
                    steps.add(new RegisterHistory.Refused(begin, end, text(known), text(there)));
                    known = there;
                }
                case CommitResult.Unknown unknown ->
                        steps.add(new RegisterHistory.Unanswered(begin, text(known), written));
                case CommitResult.Failed failed -> {
                    // Did nothing. If it did, somebody sees what nobody wrote.
                }
                case CommitResult.OtherStore other -> throw new AssertionError(other);
            }
        }
        return steps;
    }

    private static String text(Entry entry) {
        return entry.value().toUtf8();
    }
}
