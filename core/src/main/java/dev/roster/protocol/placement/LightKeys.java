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
        GivingUp givingUp = decideWhoGivesUp(orphaned);
        if (givingUp.isNeeded()) {
            givingUp.choose(next, kept);
        }
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

    private void pourInto(int[] next) {
        long[] room = new long[capacity.length];
        long[] content = heavy.load.clone();
        for (int m = 0; m < content.length; m++) {
            content[m] += kept[m];
        }
        Waterline line = Waterline.over(capacity, content, in.totalWeight());
        for (int m = 0; m < content.length; m++) {
            room[m] = Math.max(0, line.shareRoundedUp(capacity[m]) - content[m]);
        }
        Receivers receivers = new Receivers(room);
        for (int k = 0; k < next.length; k++) {
            if (next[k] == NOBODY) {
                next[k] = receivers.take(StableHash.of(k, in.seed()), weight[k]);
            }
        }
    }
}
