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

    /** The member that takes a key of this hash; there must be one. */
    int take(long hash) {
        return takeAt(moreRoom(first(hash), second(hash)), 1);
    }

    /**
     * The member that takes a key of this hash and weight; {@link #NOBODY} if the draw has no room
     * for it.
     */
    int takeIfItFits(long hash, long weight) {
        if (count == 0) {
            return NOBODY;
        }
        int position = moreRoom(first(hash), second(hash));
        return weight <= room[position] ? takeAt(position, weight) : NOBODY;
    }

    /** As {@link #take}, but never the member to avoid; {@link #NOBODY} if no other has room. */
    int takeAvoiding(int avoid, long hash) {
        int a = first(hash);
        int b = second(hash);
        if (a == b) {
            b = b + 1 == count ? 0 : b + 1;
        }
        if (member[a] == avoid) {
            return a == b ? NOBODY : takeAt(b, 1);
        }
        return takeAt(member[b] == avoid ? a : moreRoom(a, b), 1);
    }

    private int first(long hash) {
        return (int) (((hash >>> 32) * count) >>> 32);
    }

    private int second(long hash) {
        return (int) (((hash & 0xFFFFFFFFL) * count) >>> 32);
    }

    private int moreRoom(int a, int b) {
        return room[a] >= room[b] ? a : b;
    }

    private int takeAt(int position, long weight) {
        int taker = member[position];
        room[position] -= weight;
        if (room[position] == 0) {
            count--;
            member[position] = member[count];
            room[position] = room[count];
        }
        return taker;
    }
}
