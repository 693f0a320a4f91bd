package dev.roster.protocol.jobs;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The jobs of one key that wait for each other. */
final class Lane {
    /** How many are kept in mind, so that one key does not use up what is read ahead. */
    static final int MOST = 32;

    final String key;
    final TreeMap<Spot, JobRun> waiting = new TreeMap<>();

    /** About to run, running, or to be put back before a next one may run. */
    int active;

    /**
     * The first that was passed over; what stands after it is taken in by a later scan only that
     * came by it again.
     */
    @Nullable Spot passedOver;

    /** The scan that passed it over, or a later one. */
    private long passedBy;

    Lane(String key) {
        this.key = key;
    }

    /**
     * Whether a job at a spot may be taken in now; remembers if not.
     *
     * @param scan which came to it
     * @param atMost how many may wait; 0 if one before it may not have been seen yet
     */
    boolean takesIn(Part part, Spot spot, Part.Scan scan, int atMost, long now) {
        Spot first = passedOver;
        if (first != null && spot.compareTo(first) >= 0) {
            Part.Rank rank = part.ranks[first.rank()];
            boolean isRead = rank.again == null && !rank.hasMore;
            boolean cameBy = spot.rank() == first.rank() ? by(scan) : isRead && by(rank.scan);
            if (!cameBy) {
                return false;
            }
            passedOver = null;
        }
        boolean isBlocked =
                !waiting.isEmpty() && waiting.firstEntry().getValue().job().notBefore() > now;
        if (waiting.size() >= (isBlocked ? Math.min(1, atMost) : atMost)) {
            passedOver = spot;
            passedBy = scan.number();
            return false;
        }
        return true;
    }

    /** Whether a scan came by what was passed over. */
    private boolean by(Part.Scan scan) {
        Spot first = passedOver;
        return first != null && scan.number() > passedBy && scan.from().compareTo(first) <= 0;
    }

    boolean isIdle() {
        return waiting.isEmpty() && active == 0 && passedOver == null;
    }
}
