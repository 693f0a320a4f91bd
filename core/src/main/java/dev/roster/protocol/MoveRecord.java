package dev.roster.protocol;

import dev.roster.Bytes;
import java.util.List;

/**
 * One change of a plan, kept for people who ask why a key is where it is.
 *
 * @param epoch the plan's epoch
 * @param planner name of the member that planned
 * @param reason why
 * @param wallMillis when, by the planner's wall clock
 * @param moves {@code key|from|to}, names of members, no more than {@link #MOVES_KEPT}
 * @param count how many moves there were in all
 */
public record MoveRecord(
        long epoch, String planner, String reason, long wallMillis, List<String> moves, int count) {
    /** How many changes of a plan are kept. */
    public static final int CHANGES_KEPT = 64;

    /** How many moves of one change are kept. */
    public static final int MOVES_KEPT = 100;

    private static final String TYPE = "move";

    public MoveRecord {
        moves = List.copyOf(moves);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("epoch", epoch)
                .put("planner", planner)
                .put("reason", reason)
                .put("time", wallMillis)
                .put("moves", moves)
                .put("count", count)
                .toBytes();
    }

    /** Reads a stored record. */
    public static MoveRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new MoveRecord(
                in.number("epoch"),
                in.text("planner"),
                in.text("reason"),
                in.number("time"),
                in.list("moves"),
                (int) in.number("count"));
    }
}
