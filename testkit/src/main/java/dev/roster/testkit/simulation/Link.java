package dev.roster.testkit.simulation;

/** One process's way to the store. */
final class Link {
    private int requestsLost;
    private int repliesLost;

    boolean losesRequests() {
        return requestsLost > 0;
    }

    boolean losesReplies() {
        return repliesLost > 0;
    }

    boolean isCut() {
        return requestsLost > 0 || repliesLost > 0;
    }

    /** Cuts or restores; cuts at the same time add up. */
    void cut(boolean requests, boolean replies, boolean on) {
        int change = on ? 1 : -1;
        requestsLost += requests ? change : 0;
        repliesLost += replies ? change : 0;
    }
}
