package dev.roster.testkit.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what several callers did to one key with compare-and-set: is there an order of all that
 * happened which agrees with real time and explains every answer? By the search of Wing and Gong,
 * with Lowe's memory of what was tried. What was not answered may have taken effect at any time
 * after it was begun, or never.
 *
 * <p>Each write has to have a value of its own, so that what was seen tells whose it is.
 */
public final class RegisterHistory {
    /** Something that a caller did, and what it was told. Times are of one clock. */
    public sealed interface Step {
        /** When it was called. */
        long begin();

        /** When it returned. */
        long end();
    }

    /** A read, and what it saw. */
    public record Read(long begin, long end, String seen) implements Step {}

    /** A write on the condition that a value was still there, which it was. */
    public record Applied(long begin, long end, String expected, String written) implements Step {}

    /** A write on the condition that a value was still there, and what was there instead. */
    public record Refused(long begin, long end, String expected, String seen) implements Step {}

    /** The same, without an answer. */
    public record Unanswered(long begin, String expected, String written) implements Step {
        @Override
        public long end() {
            return Long.MAX_VALUE;
        }
    }

    private final List<Step> steps;
    private final BitSet done;
    private final Set<Tried> tried = new HashSet<>();

    /** The longest explanation that was found. */
    private int furthest;

    /** What was put in order, in whatever order, and what the key held then. */
    private record Tried(BitSet done, String value) {}

    private RegisterHistory(List<Step> steps) {
        this.steps = new ArrayList<>(steps);
        this.steps.sort(Comparator.comparingLong(Step::begin));
        this.done = new BitSet(steps.size());
    }

    /**
     * Why a history has no explanation; empty if it has one.
     *
     * @param first what the key held before
     * @param steps in any order; some hundreds, by some ten callers
     */
    public static Optional<String> violation(String first, List<Step> steps) {
        RegisterHistory history = new RegisterHistory(steps);
        if (history.explains(first, 0)) {
            return Optional.empty();
        }
        return Optional.of(
                "Not linearizable: no order explains more than %d of %d steps that began with %s: %s"
                        .formatted(history.furthest, steps.size(), first, history.steps));
    }

    private boolean explains(String value, int ordered) {
        furthest = Math.max(furthest, ordered);
        long earliestEnd = earliestEnd();
        if (earliestEnd == Long.MAX_VALUE) {
            // What is left was never answered, and need not have happened.
            return true;
        }
        if (!tried.add(new Tried((BitSet) done.clone(), value))) {
            return false;
        }
        for (int at = done.nextClearBit(0); at < steps.size(); at = done.nextClearBit(at + 1)) {
            Step step = steps.get(at);
            if (step.begin() > earliestEnd) {
                break;
            }
            Optional<String> next = after(step, value);
            if (next.isPresent()) {
                done.set(at);
                if (explains(next.get(), ordered + 1)) {
                    return true;
                }
                done.clear(at);
            }
        }
        return false;
    }

    /** Nothing that begins later than this can come next. */
    private long earliestEnd() {
        long earliest = Long.MAX_VALUE;
        for (int at = done.nextClearBit(0); at < steps.size(); at = done.nextClearBit(at + 1)) {
            earliest = Math.min(earliest, steps.get(at).end());
        }
        return earliest;
    }

    /** What the key holds after a step that happens now; empty if it cannot happen now. */
    private static Optional<String> after(Step step, String value) {
        return switch (step) {
            case Read read -> read.seen().equals(value) ? Optional.of(value) : Optional.empty();
            case Applied write ->
                    write.expected().equals(value)
                            ? Optional.of(write.written())
                            : Optional.empty();
            case Refused refused ->
                    refused.seen().equals(value) && !refused.expected().equals(value)
                            ? Optional.of(value)
                            : Optional.empty();
            case Unanswered write ->
                    write.expected().equals(value)
                            ? Optional.of(write.written())
                            : Optional.empty();
        };
    }
}
