package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One partition while it is owned. */
final class Part {
    enum Phase {
        /** What its last owner left behind is read, and that it has an owner is written. */
        OPENING,
        ACTIVE,
        /** Nothing is begun any more until another has it, or it shows that none takes it. */
        PASSING,
        /** Nothing is begun any more; what runs may end, or is stopped. */
        DRAINING,
        /** That it is given up is written. */
        RELEASING,
        OVER
    }

    /**
     * Readings that follow each other without leaving anything out.
     *
     * @param number later ones have larger ones
     * @param from where they began
     * @param at when they began
     */
    record Scan(long number, Spot from, long at) {}

    /** Where reading is in one rank. */
    static final class Rank {
        boolean isUsed = true;

        /** There is more to read at once, from {@link #at}. */
        boolean hasMore = true;

        /** The last that was read; null for none. */
        @Nullable Spot at;

        /** The one that came to {@link #at}. */
        Scan scan = new Scan(0, Spot.first(0, 0), 0);

        /** Whether the reading that is under way is the first of its scan. */
        boolean isFirst;

        /** The last that was ever read; null for none. */
        @Nullable Spot seen;

        /** Where reading is to go back to. */
        @Nullable Spot again;

        /** Whether anything was read from it under this ownership. */
        boolean hadWork;

        /** Whether there was something in it from long before, the last time that it was read. */
        boolean hasOld;

        /**
         * All that had taken effect by then was read, unless it was due long before; less than 0
         * for never.
         */
        long sweptAt = -1;

        /** When the reading began that will be such a one when it comes to its end. */
        long sweeping = -1;

        /** Where reading from the very beginning goes on; null when it came to its end. */
        @Nullable Spot sweepFrom;

        /** The one that came to it. */
        Scan sweep = new Scan(0, Spot.first(0, 0), 0);

        /** When the next one is due that was seen. */
        long nextDue = Long.MAX_VALUE;

        /** When the next one is due that was put since. */
        long expected = Long.MAX_VALUE;

        /** Whether there is more to read from where the last page ended. */
        boolean goesOn() {
            return hasMore && at != null && again == null;
        }

        /** It was read from a spot on. */
        void wasRead(Spot from, boolean hasFound) {
            if (from.equals(Spot.first(from.rank(), 0))) {
                hasOld = hasFound;
            }
        }

        /** Whether nothing is known of that stands before a spot and was not read. */
        boolean isReadUpTo(Spot spot) {
            return !hasMore && again == null && Math.min(nextDue, expected) > spot.due();
        }

        /** How far back a reading goes that looks for what took effect late. */
        long sweepDue() {
            return Math.max(0, sweptAt - Sweeps.HORIZON);
        }

        /** Where reading begins when all up to here was read and is over. */
        long floorDue() {
            return Math.max(0, sweptAt - JobsMachine.LATE);
        }
    }

    final int partition;
    final long token;

    /**
     * It was lost, and is owned again under the same token. What was sent before it was lost may
     * take effect until a turn is written.
     */
    final boolean isRegained;

    Phase phase = Phase.OPENING;

    /** All that is known and not finished. */
    final TreeMap<Spot, JobRun> live = new TreeMap<>();

    /** What was finished since the reading that is under way began. */
    final TreeSet<Spot> gone = new TreeSet<>();

    /** What was handed over since the reading that is under way began. */
    final TreeSet<Spot> fresh = new TreeSet<>();

    final Map<String, Lane> lanes = new LinkedHashMap<>();

    /** What earlier attempts saved, by the job's id. */
    final Map<String, ProgressRecord> saved = new TreeMap<>();

    /** Jobs with a mark that ran when the last owner crashed, which had worked with care. */
    final TreeSet<String> suspects = new TreeSet<>();

    /** What was saved under this ownership. */
    final TreeSet<String> recounted = new TreeSet<>();

    final ArrayDeque<JobRun> ending = new ArrayDeque<>();

    /** Progress of jobs that are no more. */
    final TreeSet<Spot> leftovers = new TreeSet<>();

    final Saves saving = new Saves();
    final Rank[] ranks = new Rank[Spot.RANKS];

    PartitionRecord owners = new PartitionRecord(false, List.of(), 0);

    /** As it stands there. */
    @Nullable Bytes turn;

    boolean ownersUnwritten;
    boolean ownersRead;

    /** Nothing of an earlier turn takes effect any more. */
    boolean isTurnTaken;

    @Nullable Spot progressAt;
    boolean isCareful;
    int busy;
    boolean isInFlight;
    long drainedAt;

    /** When it became owned. */
    long since;

    long scans;
    boolean isWoken = true;
    boolean looks;

    /** Tasks of jobs that are not known here, and when one of them was come by last. */
    final Map<String, Long> strangers = new TreeMap<>();

    /** When it may be passed on at the soonest. */
    long passAfter;

    /** When passing it on has failed. */
    long passUntil;

    /** Nothing of it runs any more, and that was told. */
    boolean isPassed;

    long pollAt;

    /** When a reading goes back further than usual. */
    long sweepAt;

    /** When reading from the very beginning began. */
    long sweepBegan;

    /** All that had taken effect by then was read, from the very beginning. */
    long sweptAll;

    Part(int partition, long token, boolean isRegained) {
        this.partition = partition;
        this.token = token;
        this.isRegained = isRegained;
        for (int rank = 0; rank < ranks.length; rank++) {
            ranks[rank] = new Rank();
        }
    }

    boolean hasMore() {
        for (Rank rank : ranks) {
            if (rank.isUsed && (rank.hasMore || rank.again != null)) {
                return true;
            }
        }
        return false;
    }

    long nextDue() {
        long next = Long.MAX_VALUE;
        for (Rank rank : ranks) {
            next = Math.min(next, Math.min(rank.nextDue, rank.expected));
        }
        return next;
    }

    /** Reading begins anew in every rank that there was something in. */
    void readAll() {
        for (int rank = 0; rank < ranks.length; rank++) {
            if (ranks[rank].isUsed || ranks[rank].hadWork) {
                readAgainFrom(Spot.first(rank, 0));
            }
        }
    }

    /** Reading goes back, in every rank in use, to find what took effect late. */
    void sweep() {
        for (int rank = 0; rank < ranks.length; rank++) {
            if (ranks[rank].isUsed) {
                readAgainFrom(Spot.first(rank, ranks[rank].sweepDue()));
            }
        }
    }

    /** Whether reading from the very beginning came to its end. */
    boolean isSwept() {
        for (Rank rank : ranks) {
            if (rank.sweepFrom != null) {
                return false;
            }
        }
        return true;
    }

    /** An entry will be due at a spot that was not read. */
    void expect(Spot spot) {
        expect(spot, spot.due());
    }

    /** There will be something to read again at a time. */
    void expect(Spot spot, long at) {
        Rank rank = ranks[spot.rank()];
        rank.isUsed = true;
        rank.expected = Math.min(rank.expected, at);
    }

    /** Reading goes back to a spot. */
    void readAgainFrom(Spot spot) {
        Rank rank = ranks[spot.rank()];
        Spot again = rank.again;
        if (again == null || spot.compareTo(again) < 0) {
            rank.again = spot;
        }
        rank.isUsed = true;
    }

    /** Whether nothing is known that is to be done now. */
    boolean isIdle() {
        return live.isEmpty() && !hasMore() && !isWoken;
    }

    boolean hasToWrite() {
        return ownersUnwritten || !ending.isEmpty() || !leftovers.isEmpty();
    }
}
