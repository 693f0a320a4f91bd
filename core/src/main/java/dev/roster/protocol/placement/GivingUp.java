package dev.roster.protocol.placement;

import static dev.roster.protocol.placement.Receivers.NOBODY;

import java.util.Arrays;

/**
 * Which light keys members give up: few and heavy ones rather than many, and not much more weight
 * than needed.
 */
final class GivingUp {
    /**
     * Weights that agree in their first bits count as equal when sorting: 32 steps to a factor of
     * two.
     */
    private static final int STEP_BITS = 5;

    private static final int STEPS = (Long.SIZE - STEP_BITS) << STEP_BITS;

    private final WeightedInput in;
    private final long[] weight;

    /** The weight that each member still has to give up. */
    private final long[] must;

    /** The weight that each member is above its share otherwise. */
    private final long[] may;

    /** The weight that those with {@code may} still have to give up together. */
    private long wanted;

    GivingUp(WeightedInput in, long[] must, long[] may, long wanted) {
        this.in = in;
        this.weight = in.weight();
        this.must = must;
        this.may = may;
        this.wanted = wanted;
    }

    /** Takes the chosen keys from their members, in the placement and in what these keep. */
    void choose(int[] next, long[] kept) {
        long debts = 0;
        for (long debt : must) {
            debts += debt;
        }
        if (debts > 0 || wanted > 0) {
            int[] candidates = heaviestFirst(next);
            giveUpWhatEachMust(candidates, next, kept);
            giveUpWhatIsWanted(candidates, next, kept);
        }
    }

    /**
     * As long as the heaviest key left does not cover what a member must give up, it takes that
     * many keys at least. From the first that does, one is enough, and the lightest that does is
     * best.
     */
    private void giveUpWhatEachMust(int[] candidates, int[] next, long[] kept) {
        int[] last = new int[must.length];
        Arrays.fill(last, NOBODY);
        for (int key : candidates) {
            int member = next[key];
            if (must[member] == 0) {
                continue;
            }
            if (weight[key] >= must[member]) {
                last[member] = lighter(key, last[member]);
            } else if (last[member] == NOBODY) {
                must[member] -= weight[key];
                giveUp(key, next, kept);
            }
        }
        for (int member = 0; member < last.length; member++) {
            if (last[member] != NOBODY) {
                wanted -= weight[last[member]] - must[member];
                giveUp(last[member], next, kept);
            }
        }
    }

    /** The same for all members above their shares together, down to their shares. */
    private void giveUpWhatIsWanted(int[] candidates, int[] next, long[] kept) {
        int last = NOBODY;
        for (int i = 0; i < candidates.length && wanted > 0; i++) {
            int key = candidates[i];
            int member = next[key];
            if (member == NOBODY || may[member] <= 0) {
                continue;
            }
            if (weight[key] >= wanted) {
                last = lighter(key, last);
            } else if (last == NOBODY) {
                wanted -= weight[key];
                may[member] -= weight[key];
                giveUp(key, next, kept);
            }
        }
        if (wanted > 0 && last != NOBODY) {
            giveUp(last, next, kept);
        }
    }

    private int lighter(int key, int other) {
        return other == NOBODY || weight[key] < weight[other] ? key : other;
    }

    private void giveUp(int key, int[] next, long[] kept) {
        kept[next[key]] -= weight[key];
        next[key] = NOBODY;
    }

    /** The light keys of members that have any to give, by counting sort. */
    private int[] heaviestFirst(int[] next) {
        int[] position = new int[STEPS + 1];
        for (int k = 0; k < next.length; k++) {
            if (isCandidate(k, next)) {
                position[STEPS - step(weight[k])]++;
            }
        }
        for (int s = 1; s <= STEPS; s++) {
            position[s] += position[s - 1];
        }
        int[] sorted = new int[position[STEPS]];
        for (int k = next.length - 1; k >= 0; k--) {
            if (isCandidate(k, next)) {
                sorted[--position[STEPS - step(weight[k])]] = k;
            }
        }
        return sorted;
    }

    private boolean isCandidate(int key, int[] next) {
        int member = next[key];
        return member != NOBODY
                && (must[member] > 0 || (wanted > 0 && may[member] > 0))
                && !in.isHeavy(key);
    }

    /** Grows with the weight; weights of one step differ by less than 1/32. */
    private static int step(long weight) {
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(weight) - STEP_BITS;
        if (doublings <= 0) {
            return (int) weight;
        }
        return (doublings << STEP_BITS) + (int) (weight >>> doublings);
    }
}
