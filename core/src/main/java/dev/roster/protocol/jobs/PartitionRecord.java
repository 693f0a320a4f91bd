package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the owners of a partition came and went.
 *
 * @param owned whether it has an owner, which has not released it
 * @param crashes when owners went without releasing it, in microseconds since 1970; the last ones
 * @param turn differs each time that this is written
 */
public record PartitionRecord(boolean owned, List<Long> crashes, long turn) {
    /** Where it stands, on the shelf of progress: before all jobs. */
    public static final Spot SPOT = new Spot(0, 0, Spot.LEAST_ID);

    private static final char TYPE = 'o';
    private static final int CRASHES_KEPT = 10;

    public PartitionRecord {
        crashes = List.copyOf(crashes);
    }

    /** The same after a crash. */
    PartitionRecord crashed(long at) {
        List<Long> all = new ArrayList<>(crashes);
        all.add(at);
        return new PartitionRecord(
                owned, all.subList(Math.max(0, all.size() - CRASHES_KEPT), all.size()), turn);
    }

    /** The same in its next turn. */
    PartitionRecord next() {
        return new PartitionRecord(owned, crashes, turn + 1);
    }

    /** The same with an owner, or without. */
    PartitionRecord owned(boolean isOwned) {
        return new PartitionRecord(isOwned, crashes, turn);
    }

    /** How many crashes there were since a time. */
    int crashesSince(long time) {
        int count = 0;
        for (long crash : crashes) {
            count += crash >= time ? 1 : 0;
        }
        return count;
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        Packed.Writer out = new Packed.Writer(TYPE, 32);
        out.number(owned ? 1 : 0).number(crashes.size());
        crashes.forEach(out::number);
        return out.number(turn).toBytes();
    }

    /** Reads a stored record. */
    public static PartitionRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        boolean owned = in.number() != 0;
        List<Long> crashes = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            crashes.add(in.number());
        }
        return new PartitionRecord(owned, crashes, in.number());
    }
}
