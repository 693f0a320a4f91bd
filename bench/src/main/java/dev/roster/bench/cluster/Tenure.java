package dev.roster.bench.cluster;

/**
 * One member's time with one key.
 *
 * @param end when it ended, {@link #OPEN} while it has not
 * @param confirmed whether it ended because its member stopped, and not because that died or froze
 */
record Tenure(String key, String member, long start, long end, boolean confirmed) {
    static final long OPEN = Long.MAX_VALUE;

    static Tenure begun(String key, String member, long start) {
        return new Tenure(key, member, start, OPEN, false);
    }

    boolean isOpen() {
        return end == OPEN;
    }

    Tenure ended(long at, boolean cleanly) {
        return new Tenure(key, member, start, at, cleanly);
    }
}
