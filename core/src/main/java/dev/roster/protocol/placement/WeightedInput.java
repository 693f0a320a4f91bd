package dev.roster.protocol.placement;

/**
 * What the steps of {@link WeightedFill} have in common.
 *
 * @param weight of each key, at least 1
 * @param totalWeight the sum of them
 * @param capacity of each member, of which one at least is above 0
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one placement, never compared
record WeightedInput(
        long[] weight,
        long totalWeight,
        long[] capacity,
        WeightedFill.Policy policy,
        FairLevel level,
        long seed) {

    boolean isHeavy(int key) {
        return weight[key] > level.heavyAbove();
    }

    boolean isHot(int key) {
        return weight[key] > level.hotAbove();
    }

    /** A member's load if hot keys were no problem and all others were divided evenly. */
    long fairShare(int member) {
        return level.line().share(capacity[member]);
    }
}
