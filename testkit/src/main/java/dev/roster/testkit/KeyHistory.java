package dev.roster.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Judges what several threads did to one key. Revisions give the order that the store claims; it is
 * a linearization if it agrees with real time and if each conditional write follows the one that it
 * had seen.
 */
final class KeyHistory {
    private KeyHistory() {}

    /**
     * A read, or a write that was applied.
     *
     * @param begin when it was called, in nanoseconds
     * @param end when it returned
     * @param seen the revision of the value that it saw
     * @param made the revision that it made, or {@code seen} for a read
     */
    record Step(long begin, long end, long seen, long made) {
        boolean isWrite() {
            return made != seen;
        }
    }

    static Step read(long begin, long end, long seen) {
        return new Step(begin, end, seen, seen);
    }

    static Step write(long begin, long end, long seen, long made) {
        return new Step(begin, end, seen, made);
    }

    /** Throws if the steps, after a first write, are not linearizable. */
    static void check(long first, List<Step> steps) {
        checkChain(first, steps);
        checkRealTime(steps);
    }

    /** Each write follows the write that it saw, and no two follow the same. */
    private static void checkChain(long first, List<Step> steps) {
        long last = first;
        List<Long> written = new ArrayList<>(List.of(first));
        for (Step write :
                steps.stream()
                        .filter(Step::isWrite)
                        .sorted(Comparator.comparingLong(Step::made))
                        .toList()) {
            require(write.seen() == last, "a write was lost between " + last + " and " + write);
            last = write.made();
            written.add(last);
        }
        for (Step step : steps) {
            require(written.contains(step.seen()), "nobody wrote what was seen by " + step);
        }
    }

    /** What ended before something else began is not after it in the order of revisions. */
    private static void checkRealTime(List<Step> steps) {
        for (Step earlier : steps) {
            for (Step later : steps) {
                if (earlier.end() < later.begin()) {
                    boolean inOrder =
                            later.isWrite()
                                    ? earlier.made() < later.made()
                                    : earlier.made() <= later.made();
                    require(inOrder, earlier + " came before " + later + " and sees more");
                }
            }
        }
    }

    private static void require(boolean holds, String why) {
        if (!holds) {
            throw new AssertionError("Not linearizable: " + why);
        }
    }
}
