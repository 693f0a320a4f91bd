package dev.roster.store;

import dev.roster.InvalidInputException;
import dev.roster.Limits;

/**
 * Where an entry stands in its partition and shelf. Entries are read in the order of their places:
 * by rank, of the same rank by time, of the same time by id. A place is taken by one entry at most.
 *
 * @param rank what comes before what: 0 to {@value #RANKS} − 1, the least first
 * @param due when it is due, in microseconds since 1970; not negative
 * @param id 1 to {@value #ID_CHARACTERS} of {@code A-Z a-z 0-9 . _ : -}, in the order of ASCII
 */
public record Place(int rank, long due, String id) implements Comparable<Place> {
    /** How many ranks there are. */
    public static final int RANKS = 10;

    /** Longest id. */
    public static final int ID_CHARACTERS = 128;

    public Place {
        if (rank < 0 || rank >= RANKS) {
            throw new InvalidInputException(
                    "The rank is %d, and the limit is 0 to %d.".formatted(rank, RANKS - 1));
        }
        if (due < 0) {
            throw new InvalidInputException(
                    "An entry cannot be due %d microseconds before 1970.".formatted(due));
        }
        if (!isId(id)) {
            throw new InvalidInputException(
                    "The id %s is not 1 to %d of the characters A-Z a-z 0-9 . _ : - alone."
                            .formatted(Limits.quoted(id), ID_CHARACTERS));
        }
    }

    private static boolean isId(String id) {
        for (int at = 0; at < id.length(); at++) {
            if (!isOfId(id.charAt(at))) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= ID_CHARACTERS;
    }

    private static boolean isOfId(char c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean isDigit = c >= '0' && c <= '9';
        return isLetter || isDigit || c == '.' || c == '_' || c == ':' || c == '-';
    }

    @Override
    public int compareTo(Place other) {
        int byRank = Integer.compare(rank, other.rank);
        if (byRank != 0) {
            return byRank;
        }
        int byTime = Long.compare(due, other.due);
        return byTime == 0 ? id.compareTo(other.id) : byTime;
    }
}
