package dev.roster.protocol.placement;

import java.util.Arrays;

/**
 * Finds the member that a further key loads least for its capacity. Among members of equal capacity
 * that is always the least loaded one, whatever the key's weight: so there is a heap for each
 * capacity, and only their tops are compared.
 */
final class MembersByLoad {
    private final long[] capacity;
    private final long[] load;

    /** The members with capacity; each heap is a stretch of it. */
    private final int[] heap;

    /** Where each heap begins, and, one further, where the last one ends. */
    private final int[] start;

    /**
     * @param load of each member; kept up to date here
     */
    MembersByLoad(long[] capacity, long[] load, long seed) {
        this.capacity = capacity;
        this.load = load;
        int[] members = new int[capacity.length];
        int count = 0;
        for (int m = 0; m < capacity.length; m++) {
            if (capacity[m] > 0) {
                members[count++] = m;
            }
        }
        // Sorted by load, each stretch already is a heap.
        IndexSort.sort(
                members,
                count,
                (a, b) -> {
                    if (capacity[a] != capacity[b]) {
                        return capacity[a] > capacity[b];
                    }
                    return load[a] != load[b]
                            ? load[a] < load[b]
                            : StableHash.of(a, seed) < StableHash.of(b, seed);
                });
        heap = Arrays.copyOf(members, count);
        int[] starts = new int[count + 1];
        int heaps = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || capacity[heap[i]] != capacity[heap[i - 1]]) {
                starts[heaps++] = i;
            }
        }
        starts[heaps] = count;
        start = Arrays.copyOf(starts, heaps + 1);
    }

    /** Adds a key of this weight where it weighs least, and returns the member. */
    int add(long weight) {
        int best = 0;
        for (int h = 1; h < start.length - 1; h++) {
            int top = heap[start[h]];
            int bestTop = heap[start[best]];
            if (Wide.compareProducts(
                            load[top] + weight,
                            capacity[bestTop],
                            load[bestTop] + weight,
                            capacity[top])
                    < 0) {
                best = h;
            }
        }
        int member = heap[start[best]];
        load[member] += weight;
        sink(start[best], start[best + 1]);
        return member;
    }

    private void sink(int from, int to) {
        int size = to - from;
        int at = 0;
        int member = heap[from];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && load[heap[from + child + 1]] < load[heap[from + child]]) {
                child++;
            }
            if (load[heap[from + child]] >= load[member]) {
                break;
            }
            heap[from + at] = heap[from + child];
            at = child;
        }
        heap[from + at] = member;
    }
}
