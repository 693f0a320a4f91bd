package dev.roster.protocol.placement;

import static dev.roster.protocol.placement.Receivers.NOBODY;

import java.util.Arrays;

/**
 * The first step of {@link WeightedFill}: keys so heavy that it matters where each of them goes.
 */
final class HeavyKeys {
    private final WeightedInput in;
    private final long[] weight;
    private final long[] capacity;

    /** The heavy and hot keys, heaviest first. */
    private final int[] keys;

    /** The weight of heavy and hot keys that each member holds. */
    final long[] load;

    /** The part of it that hot keys have. */
    final long[] hotLoad;

    HeavyKeys(WeightedInput in) {
        this.in = in;
        this.weight = in.weight();
        this.capacity = in.capacity();
        this.keys = heaviestFirst(weight, in.level().heavyAbove());
        this.load = new long[capacity.length];
        this.hotLoad = new long[capacity.length];
    }

    private static int[] heaviestFirst(long[] weight, long above) {
        int[] keys = new int[64];
        int count = 0;
        for (int k = 0; k < weight.length; k++) {
            if (weight[k] > above) {
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, 2 * count);
                }
                keys[count++] = k;
            }
        }
        IndexSort.sort(keys, count, (a, b) -> weight[a] > weight[b]);
        return Arrays.copyOf(keys, count);
    }

    int[] hot() {
        int[] hot = Arrays.stream(keys).filter(in::isHot).toArray();
        Arrays.sort(hot);
        return hot;
    }

    /** Gives each heavy key its next member, from its previous one. */
    void place(int[] next) {
        keepWhatFits(next);
        releaseForMembersBelow(next);
        MembersByLoad members = new MembersByLoad(capacity, load, in.seed());
        for (int k : keys) {
            if (next[k] == NOBODY) {
                next[k] = members.add(weight[k]);
            }
            if (in.isHot(k)) {
                hotLoad[next[k]] += weight[k];
            }
        }
    }

    /**
     * A key stays if its member keeps within its share and the slack; a hot key, that never does,
     * if it is the first.
     */
    private void keepWhatFits(int[] next) {
        for (int k : keys) {
            int member = next[k];
            if (member != NOBODY && stays(k, member)) {
                load[member] += weight[k];
            } else {
                next[k] = NOBODY;
            }
        }
    }

    private boolean stays(int key, int member) {
        if (capacity[member] == 0) {
            return false;
        }
        return in.isHot(key)
                ? load[member] == 0
                : load[member] + weight[key] <= in.policy().most(in.fairShare(member));
    }

    /**
     * If all that is free, light keys included, cannot lift every member to its share less the
     * slack.
     */
    private void releaseForMembersBelow(int[] next) {
        long missing = -in.totalWeight();
        for (int m = 0; m < load.length; m++) {
            long least = in.policy().least(in.fairShare(m));
            missing = Math.min(missing + Math.max(load[m], least), Wide.LIMIT);
        }
        for (int i = 0; i < keys.length && missing > 0; i++) {
            int k = keys[i];
            int member = next[k];
            if (member != NOBODY && !in.isHot(k) && load[member] > in.fairShare(member)) {
                next[k] = NOBODY;
                load[member] -= weight[k];
                missing -= weight[k];
            }
        }
    }
}
