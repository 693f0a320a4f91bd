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
 *       a second waterline; the few that do not fit there go where they weigh least.
 * </ol>
 *
 * <p>Guarantees. <b>Balance:</b> a member whose heavy keys do not exceed its share of the line ends
 * no further from its share than the slack and the heaviest light key. From nothing, with equal
 * capacities, the highest load is at most 4/3 of the best possible, which is Graham's bound.
 * <b>Moves:</b> given where heavy keys are, the light keys that move are at most 1.1 times as many
 * as any placement within the slack needs, and at most 1.1 times as heavy, where what must move is
 * at least some ten keys: a member that must give up weight gives up the fewest keys that do it, up
 * to one part in 32, and the last of them is the lightest that is enough. <b>Determinism</b> as
 * everywhere here.
 *
 * <p>O(keys + heavy keys * (log members + different capacities)).
 */
public final class WeightedFill {
    /**
     * The sum of all weights has at least that many bits, a member's share about log(members) less.
     */
    private static final int TOTAL_BITS = 44;

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
     * @param weight of each key, for which what an idle key costs is a good beginning; 0 counts as
     *     1. The sum is at most 2^60
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
        long[] scaled = scaled(weight);
        long totalWeight = Wide.sum("weight", scaled);
        int[] next = previous.clone();
        if (Wide.sum("capacity", capacity) == 0) {
            Arrays.fill(next, NOBODY);
            return new WeightedPlacement(next, new int[0]);
        }
        FairLevel level = FairLevel.of(scaled, totalWeight, capacity, policy);
        WeightedInput in = new WeightedInput(scaled, totalWeight, capacity, policy, level, seed);
        HeavyKeys heavy = new HeavyKeys(in);
        heavy.place(next);
        new LightKeys(in, heavy).place(next);
        return new WeightedPlacement(next, heavy.hot());
    }

    /** Small weights in a finer unit, so that rounding a share to whole units is nothing. */
    static long[] scaled(long[] weight) {
        long total = Wide.sum("weight", weight);
        long idle = 0;
        for (long w : weight) {
            idle += w == 0 ? 1 : 0;
        }
        int shift = Math.max(0, TOTAL_BITS - bits(total + idle));
        if (shift == 0 && idle == 0) {
            return weight;
        }
        long[] scaled = new long[weight.length];
        for (int k = 0; k < scaled.length; k++) {
            scaled[k] = Math.max(1, weight[k]) << shift;
        }
        return scaled;
    }

    private static int bits(long amount) {
        return Long.SIZE - Long.numberOfLeadingZeros(amount);
    }
}
