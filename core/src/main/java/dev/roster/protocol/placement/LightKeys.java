package dev.roster.protocol.placement;

import static dev.roster.protocol.placement.Receivers.NOBODY;

/** The second and third step of {@link WeightedFill}: keys of which only the sum matters. */
final class LightKeys {
    private final WeightedInput in;
    private final long[] weight;
    private final long[] capacity;
    private final HeavyKeys heavy;

    /** The weight of light keys that each member keeps. */
    private final long[] kept;

    LightKeys(WeightedInput in, HeavyKeys heavy) {
        this.in = in;
        this.weight = in.weight();
        this.capacity = in.capacity();
        this.heavy = heavy;
        this.kept = new long[capacity.length];
    }

    /** Gives each light key its next member, from its previous one. */
    void place(int[] next) {
        long orphaned = 0;
        for (int k = 0; k < next.length; k++) {
            if (!in.isHeavy(k)) {
                if (next[k] != NOBODY && capacity[next[k]] == 0) {
                    next[k] = NOBODY;
                }
                if (next[k] == NOBODY) {
                    orphaned += weight[k];
                } else {
                    kept[next[k]] += weight[k];
                }
            }
        }
        decideWhoGivesUp(orphaned).choose(next, kept);
        pourInto(next);
    }

    private GivingUp decideWhoGivesUp(long orphaned) {
        int members = capacity.length;
        long[] must = new long[members];
        long[] may = new long[members];
        long[] width = capacity.clone();
        long[] content = heavy.load.clone();
        for (int m = 0; m < members; m++) {
            if (heavy.hotLoad[m] > 0 && !in.policy().displaceForHot()) {
                // Its light keys stay as if the hot one were not there, and it has no part in the
                // others' balance.
                long others = heavy.load[m] - heavy.hotLoad[m];
                long most = Math.max(0, in.policy().most(in.fairShare(m)) - others);
                must[m] = Math.max(0, kept[m] - most);
                content[m] += kept[m] - must[m];
                width[m] = 0;
            }
        }
        Waterline line = Waterline.over(width, content, in.totalWeight());
        long free = orphaned;
        long missing = 0;
        for (int m = 0; m < members; m++) {
            if (width[m] > 0) {
                long share = line.share(width[m]);
                long most = Math.max(0, in.policy().most(share) - heavy.load[m]);
                must[m] = Math.max(0, kept[m] - most);
                may[m] = Math.max(0, kept[m] - must[m] - Math.max(0, share - heavy.load[m]));
                missing += Math.max(0, in.policy().least(share) - heavy.load[m] - kept[m]);
            }
            free += must[m];
        }
        return new GivingUp(in, must, may, Math.max(0, missing - free));
    }

    /** Two draws for each key; those that found no room go, at last, where they weigh least. */
    private void pourInto(int[] next) {
        long[] load = heavy.load.clone();
        for (int m = 0; m < load.length; m++) {
            load[m] += kept[m];
        }
        Waterline line = Waterline.over(capacity, load, in.totalWeight());
        long[] room = new long[capacity.length];
        for (int m = 0; m < room.length; m++) {
            room[m] = Math.max(0, line.shareRoundedUp(capacity[m]) - load[m]);
        }
        Receivers receivers = new Receivers(room);
        boolean allPlaced = true;
        for (int k = 0; k < next.length; k++) {
            if (next[k] == NOBODY) {
                int member = receivers.takeIfItFits(StableHash.of(k, in.seed()), weight[k]);
                next[k] = member;
                if (member == NOBODY) {
                    allPlaced = false;
                } else {
                    load[member] += weight[k];
                }
            }
        }
        if (!allPlaced) {
            MembersByLoad members = new MembersByLoad(capacity, load, in.seed());
            for (int k = 0; k < next.length; k++) {
                if (next[k] == NOBODY) {
                    next[k] = members.add(weight[k]);
                }
            }
        }
    }
}
