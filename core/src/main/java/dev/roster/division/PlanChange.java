package dev.roster.division;

import dev.roster.Entry;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.MoveRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * One change of a division's plan. The last few are kept, for people who ask why a key is where it
 * is.
 *
 * @param epoch the plan's number
 * @param planner name of the member that planned
 * @param reason why
 * @param at when, by the planner's wall clock
 * @param moves the first of the moves
 * @param count how many moves there were in all
 */
public record PlanChange(
        long epoch, String planner, String reason, Instant at, List<Move> moves, int count) {
    public PlanChange {
        moves = List.copyOf(moves);
    }

    /**
     * A key that goes to another member.
     *
     * @param key the key
     * @param from name of the member that should have owned it before, "" for none
     * @param to name of the member that should own it now, "" for none
     */
    public record Move(String key, String from, String to) {}

    static List<PlanChange> of(Collection<Entry> records) {
        List<PlanChange> changes = new ArrayList<>();
        for (Entry entry : records) {
            try {
                MoveRecord record = MoveRecord.parse(entry.value());
                changes.add(
                        new PlanChange(
                                record.epoch(),
                                record.planner(),
                                record.reason(),
                                Instant.ofEpochMilli(record.wallMillis()),
                                record.moves().stream().map(PlanChange::move).toList(),
                                record.count()));
            } catch (CorruptRecordException e) {
                // It explains nothing then.
            }
        }
        changes.sort(Comparator.comparingLong(PlanChange::epoch));
        return changes;
    }

    /** A key may contain the bar; a name with one is cut wrongly, which only shows. */
    private static Move move(String text) {
        int last = text.lastIndexOf('|');
        int before = last < 0 ? -1 : text.lastIndexOf('|', last - 1);
        return before < 0
                ? new Move(text, "", "")
                : new Move(
                        text.substring(0, before),
                        text.substring(before + 1, last),
                        text.substring(last + 1));
    }
}
