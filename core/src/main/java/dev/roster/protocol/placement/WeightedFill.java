package dev.roster.protocol.placement;

import static dev.roster.protocol.placement.Receivers.NOBODY;

import java.util.Arrays;

/**
 * Places keys of unequal weight on members of unequal capacity, and moves little.
 *
 * <p>The fair level is the weight of all keys over the capacity of all members, less what hot keys
 * and as many of the largest members take out of it. A key is <i>hot</i> if it alone exceeds every
 * member's fair share and the slack: no placement can balance it, only the application can split
 * it. A key is <i>heavy</i> if it is above a quarter of the slack of the largest member's fair
 * share, of which there are at most {@code 4 / slack * members} besides hot ones; all others are
 * light. Three steps:
 *
 * <ol>
 *   <li>{@link HeavyKeys} stay while they fit; the rest go, heaviest first, to the member they load
 *       least for its capacity (Graham, "Bounds on Multiprocessing Timing Anomalies", 1969).
 *   <li>{@link LightKeys} fill up to a waterline over the heavy ones. A member gives up what it
 *       holds above the line and the slack; and if that is too little to lift all others to the
 *       line less the slack, members above the line give up more. Heaviest light keys go first, as
 *       few as will do.
 *   <li>What was given up, and orphans, draw two members each and take the one with more room below
 *       a second waterline.
 * </ol>
 *
 * <p>Guarantees. <b>Balance:</b> a member that holds no more in heavy keys than its share of the
 * line ends with at most its share, plus the slack, plus the heaviest light key; so from nothing
 * the largest ratio of load to capacity is at most that of Graham's rule, 4/3 of the best possible
 * for equal capacities. <b>Moves:</b> given where heavy keys are, the light keys of a member above
 * line and slack are, up to 1/32 in number, the fewest that free the weight it must free, and
 * exceed that weight by less than the lightest that could be the last; those given up for members
 * below are at most one light key more than these lack. <b>Determinism</b> as everywhere here.
 *
 * <p>O(keys + heavy keys * (log members + different capacities)).
 */
public final class WeightedFill {
    private WeightedFill() {}

    /**
     * How closely to balance.
     *
     * @param slackPerMille how far from its share a member may be before keys move, in thousandths;
     *     10 to 500. Less moves more keys and makes more of them heavy
     * @param displaceForHot whether a member that has a hot key gives its light keys away for it.
     *     That lowers the highest load, at the price of moving up to all keys of the member because
     *     of one
     */
    public record Policy(int slackPerMille, boolean displaceForHot) {
        /** Within 5 %; a hot key does not displace others. */
        public static final Policy DEFAULT = new Policy(50, false);

        public Policy {
            if (slackPerMille < 10 || slackPerMille > 500) {
                throw new IllegalArgumentException(
                        "slack of " + slackPerMille + " per mille is not in 10 to 500");
            }
        }

        long most(long share) {
            return Wide.multiplyDivide(share, 1000L + slackPerMille, 1000);
        }

        long least(long share) {
            return Wide.multiplyDivide(share, 1000L - slackPerMille, 1000);
        }
    }

    /**
     * The next placement. Arrays of keys and of members are in the canonical order of {@link
     * StickyQuotaFill}.
     *
     * @param previous the member of each key; {@link StickyQuotaFill#NOBODY} for a new key and one
     *     whose member is gone
     * @param weight of each key; 0 counts as 1, as an idle key may wake up. The sum is at most 2^60
     * @param capacity of each member; one of 0 takes nothing and gives up what it has. The sum is
     *     at most 2^60
     * @param seed shuffles the keys that move
     */
    public static WeightedPlacement assign(
            int[] previous, long[] weight, long[] capacity, Policy policy, long seed) {
        if (previous.length != weight.length) {
            throw new IllegalArgumentException(
                    previous.length + " keys, " + weight.length + " weights");
        }
        long[] positiveWeight = positive(weight);
        long totalWeight = Wide.sum("weight", positiveWeight);
        int[] next = previous.clone();
        if (Wide.sum("capacity", capacity) == 0) {
            Arrays.fill(next, NOBODY);
            return new WeightedPlacement(next, new int[0]);
        }
        FairLevel level = FairLevel.of(positiveWeight, totalWeight, capacity, policy);
        WeightedInput in =
                new WeightedInput(positiveWeight, totalWeight, capacity, policy, level, seed);
        HeavyKeys heavy = new HeavyKeys(in);
        heavy.place(next);
        new LightKeys(in, heavy).place(next);
        return new WeightedPlacement(next, heavy.hot());
    }

    private static long[] positive(long[] weight) {
        boolean idle = false;
        for (long w : weight) {
            idle |= w == 0;
        }
        if (!idle) {
            return weight;
        }
        long[] positive = weight.clone();
        for (int k = 0; k < positive.length; k++) {
            positive[k] = positive[k] == 0 ? 1 : positive[k];
        }
        return positive;
    }
}
