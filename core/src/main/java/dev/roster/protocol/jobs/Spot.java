package dev.roster.protocol.jobs;

/**
 * Where an entry stands in its shelf: by rank, of the same rank by time, of the same time by id.
 *
 * @param rank the least first
 * @param due when it is due, in microseconds since 1970
 * @param id the job's id
 */
public record Spot(int rank, long due, String id) implements Comparable<Spot> {
    /** How many ranks there are. */
    public static final int RANKS = 10;

    /** Comes before every other id. */
    public static final String LEAST_ID = "-";

    /** The first spot of a rank that can be due at a time. */
    public static Spot first(int rank, long due) {
        return new Spot(rank, Math.max(0, due), LEAST_ID);
    }

    @Override
    public int compareTo(Spot other) {
        int byRank = Integer.compare(rank, other.rank);
        if (byRank != 0) {
            return byRank;
        }
        int byTime = Long.compare(due, other.due);
        return byTime == 0 ? id.compareTo(other.id) : byTime;
    }
}
