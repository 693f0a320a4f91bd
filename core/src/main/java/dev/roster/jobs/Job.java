package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.store.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A job to be submitted. Immutable: each method gives another one.
 *
 * @param task the name that consumers registered its handler by
 * @param payload what the handler gets
 * @param contentType what the payload is, for the handler; "" if nothing is said
 * @param key what it is routed and ordered by; "" for neither
 * @param headers what goes along
 * @param priority 0 to 9, the least first; within a priority by time
 * @param delay how long it waits at least; zero for none
 * @param at when it may run first, by the store's clock; null for after the delay
 * @param expires after how long it is too late to begin; zero for never
 * @param timeout how long an attempt may run; zero for as long as the task says
 * @param attempts how often it is tried; 0 for as often as the task says
 * @param unique of jobs with the same unique key, the first one counts; "" for none
 * @param uniqueFor for how long
 * @param id a name of the caller's: of jobs with the same id, the first one counts, for a day; ""
 *     for none
 */
public record Job(
        String task,
        Bytes payload,
        String contentType,
        String key,
        SortedMap<String, String> headers,
        int priority,
        Duration delay,
        @Nullable Instant at,
        Duration expires,
        Duration timeout,
        int attempts,
        String unique,
        Duration uniqueFor,
        String id) {
    /** Priority of a job that does not say. */
    public static final int NORMAL = 5;

    /** Longest name of a task, in bytes. */
    public static final int TASK_BYTES = Limits.NAME_BYTES;

    /** Largest payload, in bytes. */
    public static final int PAYLOAD_BYTES = Limits.VALUE_BYTES - 64 * 1024;

    /** Most bytes of all headers together. */
    public static final int HEADER_BYTES = 16 * 1024;

    /** Most attempts. */
    public static final int ATTEMPTS = 1_000_000;

    /** Longest delay, expiry, timeout and time of a unique key. */
    public static final Duration LONGEST = Duration.ofDays(3650);

    /** Checks all limits. */
    public Job {
        Limits.checkedName("task name", task);
        Limits.checkedSize("payload", payload, PAYLOAD_BYTES);
        if (!key.isEmpty()) {
            Limits.checkedKey(key);
        }
        if (!unique.isEmpty()) {
            Limits.checkedKey(unique);
        }
        if (!id.isEmpty()) {
            // Says what an id may be made of.
            Place unused = new Place(0, 0, id);
        }
        if (!contentType.isEmpty()) {
            Limits.checkedName("content type", contentType);
        }
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        int bytes = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            Limits.checkedName("header's name", header.getKey());
            bytes += Bytes.utf8(header.getKey()).size() + Bytes.utf8(header.getValue()).size();
        }
        checkRange("headers' size in bytes", bytes, 0, HEADER_BYTES);
        checkRange("priority", priority, 0, Place.RANKS - 1);
        checkRange("number of attempts", attempts, 0, ATTEMPTS);
        checkTime("delay", delay);
        checkTime("expiry", expires);
        checkTime("timeout", timeout);
        checkTime("time of the unique key", uniqueFor);
        if (!unique.isEmpty() && uniqueFor.isZero()) {
            throw new InvalidInputException(
                    "The unique key %s has to hold for a time.".formatted(Limits.quoted(unique)));
        }
        if (!unique.isEmpty() && !id.isEmpty()) {
            throw new InvalidInputException(
                    "A job has a unique key or an id of the caller's, not both: %s and %s."
                            .formatted(Limits.quoted(unique), Limits.quoted(id)));
        }
        if (at != null && (at.isBefore(Instant.EPOCH) || at.isAfter(Times.LAST))) {
            throw new InvalidInputException("A job cannot be due at " + at + ".");
        }
    }

    private static void checkRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(
                    "The %s is %d, and the limit is %d to %d.".formatted(what, value, least, most));
        }
    }

    private static void checkTime(String what, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new InvalidInputException(
                    "The %s is %s, and the limit is 0 to %s.".formatted(what, value, LONGEST));
        }
    }

    /** A job of a task, for now, with all else as the task says. */
    public static Job of(String task, Bytes payload) {
        return new Job(
                task,
                payload,
                "",
                "",
                new TreeMap<>(),
                NORMAL,
                Duration.ZERO,
                null,
                Duration.ZERO,
                Duration.ZERO,
                0,
                "",
                Duration.ZERO,
                "");
    }

    /** A job of a task whose payload is a text. */
    public static Job of(String task, String payload) {
        return of(task, Bytes.utf8(payload));
    }

    /** A job of a task whose payload is a value. */
    public static <V> Job of(String task, V payload, Codec<V> codec) {
        return of(task, codec.encode(payload));
    }

    /** The same with a key that it is routed and ordered by. */
    public Job key(String value) {
        return with(draft -> draft.key = value);
    }

    /** The same with a content type. */
    public Job contentType(String value) {
        return with(draft -> draft.contentType = value);
    }

    /** The same with one more header. */
    public Job header(String name, String value) {
        return with(draft -> draft.headers.put(name, value));
    }

    /** The same with a priority, 0 to 9, the least first. */
    public Job priority(int value) {
        return with(draft -> draft.priority = value);
    }

    /** The same, to wait at least so long. */
    public Job delay(Duration value) {
        return with(draft -> {
            draft.delay = value;
            draft.at = null;
        });
    }

    /** The same, to run at a time by the store's clock, or later. */
    public Job at(Instant value) {
        return with(draft -> {
            draft.delay = Duration.ZERO;
            draft.at = value;
        });
    }

    /** The same, not to be begun later than so long after it was submitted. */
    public Job expires(Duration value) {
        return with(draft -> draft.expires = value);
    }

    /** The same with another timeout than the task's. */
    public Job timeout(Duration value) {
        return with(draft -> draft.timeout = value);
    }

    /** The same, tried so often. */
    public Job attempts(int value) {
        return with(draft -> draft.attempts = value);
    }

    /** The same, unless one with the same unique key was submitted within that time. */
    public Job unique(String value, Duration within) {
        return with(draft -> {
            draft.unique = value;
            draft.uniqueFor = within;
        });
    }

    /** The same with an id of the caller's: submitting it again within a day does nothing. */
    public Job id(String value) {
        return with(draft -> draft.id = value);
    }

    private Job with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.job();
    }

    /** All but the task and the payload, to be changed. */
    private static final class Draft {
        private final Job of;
        private final TreeMap<String, String> headers;
        private String contentType;
        private String key;
        private int priority;
        private Duration delay;
        private @Nullable Instant at;
        private Duration expires;
        private Duration timeout;
        private int attempts;
        private String unique;
        private Duration uniqueFor;
        private String id;

        Draft(Job of) {
            this.of = of;
            headers = new TreeMap<>(of.headers);
            contentType = of.contentType;
            key = of.key;
            priority = of.priority;
            delay = of.delay;
            at = of.at;
            expires = of.expires;
            timeout = of.timeout;
            attempts = of.attempts;
            unique = of.unique;
            uniqueFor = of.uniqueFor;
            id = of.id;
        }

        Job job() {
            return new Job(
                    of.task,
                    of.payload,
                    contentType,
                    key,
                    headers,
                    priority,
                    delay,
                    at,
                    expires,
                    timeout,
                    attempts,
                    unique,
                    uniqueFor,
                    id);
        }
    }

    /** What is stored, if it is submitted at a time. */
    JobRecord record(long now, long due) {
        long end = expires.isZero() ? 0 : now + Times.micros(expires);
        return new JobRecord(
                task,
                key,
                contentType,
                payload,
                headers,
                now,
                due,
                end,
                Times.micros(timeout),
                attempts,
                0,
                List.of());
    }
}
