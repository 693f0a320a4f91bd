package dev.roster.jobs;

import dev.roster.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A job, to be looked at. Of jobs that ended well only a line is kept.
 *
 * @param id which
 * @param state where it is on its way
 * @param task its task; "" if what is stored cannot be read
 * @param key its key, "" for none
 * @param priority its priority
 * @param submitted when it was submitted
 * @param due when it can run, or ended
 * @param attempts how many attempts have failed, or, of one that is done, were made
 * @param why of a dead one, why it was given up
 * @param errors how the last attempts failed
 * @param contentType what the payload is
 * @param headers what goes along
 * @param payload what it is about; empty for one that ended well
 * @param progress what it says of itself, if it runs and said something, or did
 */
public record JobView(
        JobId id,
        JobState state,
        String task,
        String key,
        int priority,
        Instant submitted,
        Instant due,
        int attempts,
        String why,
        List<Failure> errors,
        String contentType,
        SortedMap<String, String> headers,
        Bytes payload,
        @Nullable Progress progress) {
    public JobView {
        errors = List.copyOf(errors);
    }

    /**
     * How an attempt failed.
     *
     * @param attempt which, from 1
     * @param at when
     * @param member whose it was; "" if its process ended
     * @param message what went wrong
     * @param stack where
     */
    public record Failure(int attempt, Instant at, String member, String message, String stack) {}

    /**
     * What a job says of itself.
     *
     * @param attempt the attempt that said it
     * @param percent how far it is, 0 to 100
     * @param note in words
     * @param checkpoint where the next attempt may go on
     */
    public record Progress(int attempt, int percent, String note, Bytes checkpoint) {}
}
