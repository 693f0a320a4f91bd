package dev.roster.testkit.witness;

import dev.roster.testkit.check.JsonLine;
import java.util.List;
import java.util.Set;

/**
 * The lines of a history that are about batches of a queue:
 *
 * <ul>
 *   <li>{@code QueueAsked}: this process sends a batch; under which ownership, and what it does;
 *   <li>{@code QueueAnswered}: how that ended, as far as this process was told;
 *   <li>{@code QueueApplied}: the trail of a batch was found in the store: it was applied.
 * </ul>
 */
final class QueueLines {
    static final String ASKED = "QueueAsked";
    static final String ANSWERED = "QueueAnswered";
    static final String APPLIED = "QueueApplied";

    /** All of them. */
    static final Set<String> KINDS = Set.of(ASKED, ANSWERED, APPLIED);

    private QueueLines() {}

    /** {@code owner}: the key of the ownership it depends on, "" for none, and its revision. */
    static JsonLine asked(long at, String batch, String owner, long revision, List<JobDeed> deeds) {
        return line(ASKED, at, batch)
                .put("owner", owner)
                .put("revision", revision)
                .put("deeds", deeds.stream().map(JobDeed::text).toList());
    }

    static JsonLine answered(long at, String batch, String how) {
        return line(ANSWERED, at, batch).put("how", how);
    }

    static JsonLine applied(long at, String batch) {
        return line(APPLIED, at, batch);
    }

    private static JsonLine line(String kind, long at, String batch) {
        return new JsonLine().put("kind", kind).put("at", at).put("batch", batch);
    }
}
