package dev.roster.protocol.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns quotas into a placement that moves as few keys as any placement with these quotas can.
 *
 * <p>Keys and members are indices in a canonical order that all planners agree on: keys sorted, or
 * the partitions of a key space; members by id. A key is known by its index alone, which costs no
 * look at its text and loses nothing: where a key stays is decided by where it was, and the hash of
 * the index only shuffles those that go anyway.
 *
 * <p>Guarantees, for K keys, a member's quota q and the keys h it holds in the previous placement:
 *
 * <ul>
 *   <li>every member ends with at most q keys, and with exactly q if the quotas add up to K;
 *   <li>the keys that change their member are the orphans and max(0, h - q) of each member, no
 *       more; if the quotas add up to less than K, as many of these as that are left without a
 *       member;
 *   <li>the keys that a member gives up lie evenly over those it holds (Bresenham's line, 1965),
 *       and keys to be placed draw two members each from those with room ({@link Receivers}), so
 *       that a lost member's keys, neighbours perhaps in meaning and load, go to all survivors;
 *   <li>the same arguments give the same placement everywhere.
 * </ul>
 *
 * <p>O(keys + members), three arrays besides the result, none of them by key.
 */
public final class StickyQuotaFill {
    /** In a placement: the key has no member. */
    public static final int NOBODY = Receivers.NOBODY;

    private StickyQuotaFill() {}

    /** The number of keys that each member holds in a placement, as {@link Quotas} want it. */
    public static int[] held(int[] placement, int members) {
        return Arrays.copyOfRange(countByMember(placement, members), 1, members + 1);
    }

    /**
     * The next placement.
     *
     * @param previous the member of each key; {@link #NOBODY} for a new key and for one whose
     *     member is gone
     * @param quota the most keys that each member may hold
     * @param seed shuffles the keys that move; of the division, so that divisions do not resemble
     *     each other
     */
    public static int[] assign(int[] previous, int[] quota, long seed) {
        int[] next = previous.clone();
        Surplus surplus = new Surplus(countByMember(previous, quota.length), quota, seed);
        Receivers receivers = surplus.receivers();
        if (surplus.total == 0) {
            placeOrphans(next, receivers, seed);
        } else {
            giveUpAndPlace(next, surplus, receivers, seed);
        }
        return next;
    }

    /**
     * The next placement when some keys must not go to a certain member, for instance because it
     * gave them back.
     *
     * <p>A key that its member should avoid counts as an orphan: {@link #held(int[], int[], int)}
     * counts the same way. It goes to another member within its quota if that is possible at all
     * without moving a key that could have stayed. Where it is not, because the member to avoid has
     * the only room, a key stays where it is after all if it has a member; of the others, <i>f</i>
     * say, the members with a quota take turns, so that each exceeds its quota by at most <i>f</i>
     * over their number, rounded up. If there is no other member with a quota, the key goes to the
     * one it should avoid, if that has room.
     *
     * @param avoid the member that each key must not go to, or {@link #NOBODY}
     */
    public static int[] assign(int[] previous, int[] quota, int @Nullable [] avoid, long seed) {
        if (avoid == null) {
            return assign(previous, quota, seed);
        }
        int[] start = withoutAvoided(previous, avoid);
        Surplus surplus = new Surplus(countByMember(start, quota.length), quota, seed);
        return new AvoidingFill(start, quota, avoid, seed, surplus).assign();
    }

    /** The number of keys that each member holds, without those it should avoid. */
    public static int[] held(int[] placement, int @Nullable [] avoid, int members) {
        return held(avoid == null ? placement : withoutAvoided(placement, avoid), members);
    }

    private static int[] withoutAvoided(int[] placement, int[] avoid) {
        int[] start = placement.clone();
        for (int k = 0; k < start.length; k++) {
            if (start[k] == avoid[k]) {
                start[k] = NOBODY;
            }
        }
        return start;
    }

    /** How many keys each member holds, at the member's index + 1, and nobody, at 0. */
    private static int[] countByMember(int[] placement, int members) {
        int[] count = new int[members + 1];
        for (int member : placement) {
            count[member + 1]++;
        }
        return count;
    }

    private static void placeOrphans(int[] next, Receivers receivers, long seed) {
        for (int k = 0; k < next.length; k++) {
            if (next[k] == NOBODY && !receivers.isEmpty()) {
                next[k] = receivers.take(StableHash.of(k, seed));
            }
        }
    }

    private static void giveUpAndPlace(
            int[] next, Surplus surplus, Receivers receivers, long seed) {
        for (int k = 0; k < next.length; k++) {
            int member = next[k];
            if (member == NOBODY || surplus.givesUpNext(member)) {
                next[k] = receivers.isEmpty() ? NOBODY : receivers.take(StableHash.of(k, seed));
            }
        }
    }

    /** What members hold above their quotas, and which of their keys they give up for it. */
    static final class Surplus {
        /** Of all members together. */
        final int total;

        private final int[] have;
        private final int[] surplus;
        private final int[] error;
        private final long[] room;

        private Surplus(int[] countByMember, int[] quota, long seed) {
            int members = quota.length;
            have = Arrays.copyOfRange(countByMember, 1, members + 1);
            surplus = new int[members];
            error = new int[members];
            room = new long[members];
            int sum = 0;
            for (int m = 0; m < members; m++) {
                if (quota[m] < 0) {
                    throw new IllegalArgumentException(
                            "negative quota " + quota[m] + " of member " + m);
                }
                surplus[m] = Math.max(0, have[m] - quota[m]);
                room[m] = Math.max(0, quota[m] - have[m]);
                // Where on its line a member starts; if all did at the same point, the moving keys
                // would be neighbours.
                error[m] = (int) (((StableHash.of(m, ~seed) >>> 32) * have[m]) >>> 32);
                sum += surplus[m];
            }
            total = sum;
        }

        Receivers receivers() {
            return new Receivers(room);
        }

        /**
         * Asked once for each key of the member, says yes exactly as many times as the member has
         * keys too many.
         */
        boolean givesUpNext(int member) {
            int step = surplus[member];
            if (step == 0) {
                return false;
            }
            int left = error[member] - step;
            if (left >= 0) {
                error[member] = left;
                return false;
            }
            error[member] = left + have[member];
            return true;
        }
    }
}
