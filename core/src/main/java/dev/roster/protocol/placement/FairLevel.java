package dev.roster.protocol.placement;

import java.util.Arrays;

/**
 * The load that a unit of capacity would have if all but the hot keys were divided evenly.
 *
 * @param line as a fraction of weight over capacity, without hot keys and without as many of the
 *     largest members
 * @param hotAbove the weight above which a key is hot
 * @param heavyAbove the weight above which a key is heavy
 */
record FairLevel(Waterline line, long hotAbove, long heavyAbove) {
    /**
     * Taking hot keys out lowers the level, which may make others hot; this often is enough for any
     * load seen, and stopping early only calls too few keys hot or heavy.
     */
    private static final int MOST_ROUNDS = 8;

    static FairLevel of(
            long[] weight, long totalWeight, long[] capacity, WeightedFill.Policy policy) {
        long[] ascending = capacity.clone();
        Arrays.sort(ascending);
        int members = capacity.length;
        long largest = ascending[members - 1];
        Waterline line = new Waterline(totalWeight, Arrays.stream(capacity).sum());
        long hotAbove = policy.most(line.share(largest));
        int hot = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            int hotNow = 0;
            long amount = totalWeight;
            for (long w : weight) {
                if (w > hotAbove) {
                    hotNow++;
                    amount -= w;
                }
            }
            if (hotNow == hot) {
                break;
            }
            // Each is above the mean of those left, so there are fewer of them than members.
            long width = line.width();
            for (; hot < hotNow; hot++) {
                width -= ascending[members - 1 - hot];
            }
            line = new Waterline(amount, width);
            hotAbove = policy.most(line.share(largest));
        }
        long heavyAbove = Wide.multiplyDivide(line.share(largest), policy.slackPerMille(), 4000);
        return new FairLevel(line, hotAbove, heavyAbove);
    }
}
