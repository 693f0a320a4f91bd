package dev.roster.protocol.placement;

/** Sorts indices without boxing them, which the JDK cannot: a stable merge sort, bottom up. */
final class IndexSort {
    private IndexSort() {}

    /** An order of indices. */
    @FunctionalInterface
    interface Order {
        /** Whether index {@code a} must stand before index {@code b}. */
        boolean before(int a, int b);
    }

    /**
     * Sorts the first {@code count} of the indices. Indices of which neither is before the other
     * keep their order.
     */
    static void sort(int[] indices, int count, Order order) {
        int[] from = indices;
        int[] to = new int[count];
        boolean inPlace = true;
        for (long run = 1; run < count; run *= 2) {
            for (long start = 0; start < count; start += 2 * run) {
                int middle = (int) Math.min(start + run, count);
                merge(from, to, (int) start, middle, (int) Math.min(start + 2 * run, count), order);
            }
            int[] swap = from;
            from = to;
            to = swap;
            inPlace = !inPlace;
        }
        if (!inPlace) {
            System.arraycopy(from, 0, indices, 0, count);
        }
    }

    private static void merge(int[] from, int[] to, int start, int middle, int end, Order order) {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            boolean takeRight =
                    right < end && (left >= middle || order.before(from[right], from[left]));
            to[i] = takeRight ? from[right++] : from[left++];
        }
    }
}
