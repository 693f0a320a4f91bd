package dev.roster.protocol.placement;

/**
 * The members that still have room, from which each key draws two and takes the one with more room.
 * Two draws instead of one keep the members' rooms level all the way, so that neighbouring keys go
 * to members that have nothing to do with each other and none of them fills up early (Azar, Broder,
 * Karlin, Upfal, "Balanced Allocations", 1994; Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001). The draws come from a hash.
 */
final class Receivers {
    static final int NOBODY = -1;

    private final int[] member;
    private final long[] room;
    private int count;

    /**
     * @param roomOfMember room of each member; those with none are no receivers
     */
    Receivers(long[] roomOfMember) {
        member = new int[roomOfMember.length];
        room = new long[roomOfMember.length];
        for (int m = 0; m < roomOfMember.length; m++) {
            if (roomOfMember[m] > 0) {
                member[count] = m;
                room[count++] = roomOfMember[m];
            }
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * The member that takes a key of this hash and weight; there must be one. A key may exceed the
     * last room.
     */
    int take(long hash, long weight) {
        int a = (int) (((hash >>> 32) * count) >>> 32);
        int b = (int) (((hash & 0xFFFFFFFFL) * count) >>> 32);
        return takeAt(room[a] >= room[b] ? a : b, weight);
    }

    /** As {@link #take}, but never the member to avoid; {@link #NOBODY} if no other has room. */
    int takeAvoiding(int avoid, long hash, long weight) {
        int a = (int) (((hash >>> 32) * count) >>> 32);
        int b = (int) (((hash & 0xFFFFFFFFL) * count) >>> 32);
        if (a == b && ++b == count) {
            b = 0;
        }
        if (a != b && member[a] != avoid && member[b] != avoid) {
            return takeAt(room[a] >= room[b] ? a : b, weight);
        }
        if (member[a] != avoid) {
            return takeAt(a, weight);
        }
        return a == b ? NOBODY : takeAt(b, weight);
    }

    private int takeAt(int position, long weight) {
        int taker = member[position];
        long left = room[position] - weight;
        if (left > 0) {
            room[position] = left;
        } else {
            count--;
            member[position] = member[count];
            room[position] = room[count];
        }
        return taker;
    }
}
