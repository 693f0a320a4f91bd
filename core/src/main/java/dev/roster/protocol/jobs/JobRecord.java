package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is stored of a job that is to be done. Times are in microseconds, since 1970 or long.
 *
 * @param task what it is to be done by
 * @param key what it is routed and ordered by; "" for neither
 * @param contentType what the payload is, for the handler; "" if nothing was said
 * @param payload what the handler gets
 * @param headers what goes along
 * @param submitted when it was submitted
 * @param notBefore when it may run first
 * @param expires when it is too late to begin; 0 for never
 * @param timeout how long an attempt may run; 0 for as long as the task says
 * @param maxAttempts how often it is tried; 0 for as often as the task says
 * @param attempts how many attempts have failed
 * @param errors how the last ones failed
 */
public record JobRecord(
        String task,
        String key,
        String contentType,
        Bytes payload,
        SortedMap<String, String> headers,
        long submitted,
        long notBefore,
        long expires,
        long timeout,
        int maxAttempts,
        int attempts,
        List<JobError> errors) {
    /** How many errors are kept, the last ones. */
    public static final int ERRORS_KEPT = 5;

    /** So that the largest job has room for them in one entry; one of them always fits. */
    private static final int ERRORS_BYTES = 24 * 1024;

    private static final char TYPE = 'j';
    private static final SortedMap<String, String> NO_HEADERS =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    public JobRecord {
        headers =
                headers.isEmpty()
                        ? NO_HEADERS
                        : Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        errors = List.copyOf(errors);
    }

    /** The same after an attempt that failed. */
    public JobRecord failed(JobError error, long retryAt) {
        return with(retryAt, expires, attempts + 1, withError(error));
    }

    /** The same after attempts that nobody wrote down, up to that of the error. */
    JobRecord crashed(JobError error) {
        return with(notBefore, expires, error.attempt(), withError(error));
    }

    private List<JobError> withError(JobError error) {
        List<JobError> all = new ArrayList<>(errors);
        all.add(error);
        int from = all.size() - 1;
        int bytes = all.getLast().bytes();
        while (from > 0 && all.size() - from < ERRORS_KEPT) {
            bytes += all.get(from - 1).bytes();
            if (bytes > ERRORS_BYTES) {
                break;
            }
            from--;
        }
        return all.subList(from, all.size());
    }

    /** The same, to be done from the beginning, its errors kept. */
    public JobRecord again(long now) {
        return with(now, 0, 0, errors);
    }

    /** One that is made after this one, whose expiry stands for how long until then. */
    JobRecord submitted(SortedMap<String, String> more, long now) {
        return new JobRecord(
                task,
                key,
                contentType,
                payload,
                more,
                now,
                now,
                expires == 0 ? 0 : now + expires,
                timeout,
                maxAttempts,
                0,
                List.of());
    }

    private JobRecord with(long begin, long end, int failures, List<JobError> kept) {
        return new JobRecord(
                task,
                key,
                contentType,
                payload,
                headers,
                submitted,
                begin,
                end,
                timeout,
                maxAttempts,
                failures,
                kept);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        Packed.Writer out = new Packed.Writer(TYPE, 64 + payload.size());
        out.text(task).text(key).text(contentType).bytes(payload).number(headers.size());
        headers.forEach((name, value) -> out.text(name).text(value));
        out.number(submitted).number(notBefore).number(expires).number(timeout);
        out.number(maxAttempts).number(attempts).number(errors.size());
        errors.forEach(error -> error.write(out));
        return out.toBytes();
    }

    /** Reads a stored record. */
    public static JobRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        String task = in.text();
        String key = in.text();
        String contentType = in.text();
        Bytes payload = in.bytes();
        int count = in.count();
        SortedMap<String, String> headers = count == 0 ? NO_HEADERS : new TreeMap<>();
        for (int left = count; left > 0; left--) {
            headers.put(in.text(), in.text());
        }
        long submitted = in.number();
        long notBefore = in.number();
        long expires = in.number();
        long timeout = in.number();
        int maxAttempts = in.small();
        int attempts = in.small();
        count = in.count();
        List<JobError> errors = count == 0 ? List.of() : new ArrayList<>();
        for (int left = count; left > 0; left--) {
            errors.add(JobError.read(in));
        }
        return new JobRecord(
                task,
                key,
                contentType,
                payload,
                headers,
                submitted,
                notBefore,
                expires,
                timeout,
                maxAttempts,
                attempts,
                errors);
    }
}
