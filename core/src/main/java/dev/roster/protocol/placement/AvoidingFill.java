package dev.roster.protocol.placement;

import static dev.roster.protocol.placement.Receivers.NOBODY;

/**
 * Sticky quota fill in which a key may have one member it must not go to.
 *
 * <p>Keys are placed in order. A key is <i>stuck</i> when the only room left is with the member it
 * avoids. Then a key placed earlier in this run, elsewhere, and without that aversion changes
 * places with it. If there is none, all keys placed so far at other members avoid the same one, so
 * these have less room than there are such keys and no placement could do better. Rooms only
 * shrink, so all stuck keys of a run avoid the same member, and one walk over the earlier keys
 * serves them all: the whole stays O(keys + members).
 */
final class AvoidingFill {
    private final int[] previous;
    private final int[] quota;
    private final int[] avoid;
    private final long seed;
    private final StickyQuotaFill.Surplus surplus;
    private final Receivers receivers;
    private final int[] next;

    /** How far earlier keys have been looked at for one that changes places with a stuck key. */
    private int searched;

    /** The member that took the last stuck key. */
    private int lastDealt;

    AvoidingFill(
            int[] previous, int[] quota, int[] avoid, long seed, StickyQuotaFill.Surplus surplus) {
        this.previous = previous;
        this.quota = quota;
        this.avoid = avoid;
        this.seed = seed;
        this.surplus = surplus;
        this.receivers = surplus.receivers();
        this.next = previous.clone();
        this.lastDealt =
                quota.length == 0 ? NOBODY : (int) Long.remainderUnsigned(seed, quota.length);
    }

    int[] assign() {
        for (int k = 0; k < next.length; k++) {
            int member = next[k];
            if (member == NOBODY || surplus.givesUpNext(member)) {
                next[k] = receivers.isEmpty() ? NOBODY : place(k);
            }
        }
        return next;
    }

    private int place(int key) {
        long hash = StableHash.of(key, seed);
        if (avoid[key] == NOBODY) {
            return receivers.take(hash);
        }
        int member = receivers.takeAvoiding(avoid[key], hash);
        return member == NOBODY ? placeStuck(key, hash) : member;
    }

    private int placeStuck(int key, long hash) {
        int avoided = avoid[key];
        while (searched < key) {
            int other = searched++;
            int member = next[other];
            boolean placedNow = member != previous[other];
            if (placedNow && member != avoided && avoid[other] != avoided) {
                next[other] = receivers.take(hash);
                return member;
            }
        }
        if (previous[key] != NOBODY) {
            return previous[key];
        }
        int members = quota.length;
        for (int step = 1; step <= members; step++) {
            int member = (lastDealt + step) % members;
            if (member != avoided && quota[member] > 0) {
                lastDealt = member;
                return member;
            }
        }
        return receivers.take(hash);
    }
}
