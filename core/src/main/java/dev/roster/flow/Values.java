package dev.roster.flow;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.IndeterminateException;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.TimeToLiveRecord;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values below a path of a store, by key and with a type: a small view for programs that want
 * to share a setting or a session. Each value is the entry {@code path/key}; its bytes are the
 * codec's and nothing else, so {@link Flow}, {@code roster get} and the store's own tools see them
 * as they are. Safe for use by many threads.
 *
 * <p>Keys that begin with one lower-case letter and a slash are Roster's own, so no path of values
 * does.
 *
 * <p><b>Time to live.</b> A value that was put with one is removed by a process that watches the
 * path for that: each that has put such a value by its {@code Values}, or has called {@link
 * #expire}, until it closes it. It removes what it has seen unwritten for that time and 2 % more,
 * by its own monotonic clock. So a value is never removed before its time is over, whatever the
 * clocks say; it is removed late when the store was away, or when all those processes ended and
 * another one began to watch; and never if none does. Until it is removed it is there.
 */
public final class Values<V> implements AutoCloseable {
    /** Shortest and longest time to live. */
    private static final Duration LEAST = Duration.ofMillis(100);

    private static final Duration MOST = Duration.ofDays(365);

    private static final Pattern OWN = Pattern.compile("[a-z]/.*", Pattern.DOTALL);

    private final Store store;
    private final String prefix;
    private final Codec<V> codec;
    private @Nullable Expiry expiry;
    private boolean closed;

    private Values(Store store, String prefix, Codec<V> codec) {
        this.store = store;
        this.prefix = prefix;
        this.codec = codec;
    }

    /**
     * The values below a path.
     *
     * @param path with or without a slash at its end; "" for all keys of the store
     * @throws InvalidInputException the path is one of Roster's own, or breaks a limit
     */
    public static <V> Values<V> of(Store store, String path, Codec<V> codec) {
        String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        if (!prefix.isEmpty()) {
            requireFree(Limits.checkedStoreKey(prefix));
        }
        return new Values<>(store, prefix, codec);
    }

    private static String requireFree(String key) {
        if (OWN.matcher(key).matches()) {
            throw new InvalidInputException(
                    "%s is one of Roster's own keys, which begin with one lower-case letter and a slash: choose a longer name."
                            .formatted(Limits.quoted(key)));
        }
        return key;
    }

    /**
     * One value; empty if it does not exist.
     *
     * @throws StoreUnavailableException the store does not answer
     */
    public Optional<Value<V>> get(String key) {
        return Optional.ofNullable(entry(key)).map(this::value);
    }

    /**
     * All values whose keys begin with {@code start}, in the order of their UTF-8 bytes, as they
     * are together. They are all in memory; {@link Flow#list} reads many by pages.
     *
     * @throws StoreUnavailableException the store does not answer
     */
    public List<Value<V>> list(String start) {
        List<Value<V>> found = new ArrayList<>();
        for (Entry entry : store.read(Range.prefix(prefix + start)).entries()) {
            found.add(value(entry));
        }
        return found;
    }

    /** All values. As {@link #list(String)}. */
    public List<Value<V>> list() {
        return list("");
    }

    /**
     * Writes a value, whatever there is. It has no time to live, even if it had one.
     *
     * @return its version
     * @throws InvalidInputException the key or the value breaks a limit; nothing was written
     * @throws StoreUnavailableException nothing was written
     * @throws IndeterminateException it is not known whether it was written
     */
    public long put(String key, V value) {
        return put(key, value, List.of(), null, -1);
    }

    /**
     * Writes a value if it is still of a version. As {@link #put(String, Object)}.
     *
     * @param expected the version that it has to be of; 0: it does not exist
     * @throws VersionConflictException it is of another one; nothing was written
     */
    public long put(String key, V value, long expected) {
        return put(key, value, conditions(key, expected), null, expected);
    }

    /**
     * Writes a value, whatever there is, that is removed when it was not written again for that
     * long; who removes it when is said {@linkplain Values above}. As {@link #put(String, Object)}.
     *
     * @param timeToLive 100 ms to 365 days
     */
    public long put(String key, V value, Duration timeToLive) {
        if (timeToLive.compareTo(LEAST) < 0 || timeToLive.compareTo(MOST) > 0) {
            throw new InvalidInputException(
                    "The time to live is %s, and the limit is %s to %s."
                            .formatted(timeToLive, LEAST, MOST));
        }
        expire();
        return put(key, value, List.of(), new TimeToLiveRecord(timeToLive.toMillis()), -1);
    }

    private long put(
            String key,
            V value,
            List<Condition> conditions,
            @Nullable TimeToLiveRecord timeToLive,
            long expected) {
        String full = requireFree(full(key));
        Bytes bytes = codec.encode(value);
        String record = TimeToLiveRecord.PREFIX + full;
        return commit(
                key,
                expected,
                conditions,
                List.of(
                        new Operation.Put(full, bytes),
                        timeToLive == null
                                ? new Operation.Delete(record)
                                : new Operation.Put(record, timeToLive.toBytes())));
    }

    /**
     * Deletes a value, whatever there is.
     *
     * @throws StoreUnavailableException nothing was deleted
     * @throws IndeterminateException it is not known whether it was deleted; again does no harm
     */
    public void delete(String key) {
        delete(key, List.of(), -1);
    }

    /**
     * Deletes a value if it is still of a version. As {@link #delete(String)}.
     *
     * @param expected the version that it has to be of
     * @throws VersionConflictException it is of another one, or does not exist; nothing was deleted
     */
    public void delete(String key, long expected) {
        if (expected <= 0) {
            throw new InvalidInputException(
                    "A value to delete has a version; %d is none.".formatted(expected));
        }
        delete(key, conditions(key, expected), expected);
    }

    private void delete(String key, List<Condition> conditions, long expected) {
        String full = requireFree(full(key));
        commit(
                key,
                expected,
                conditions,
                List.of(
                        new Operation.Delete(full),
                        new Operation.Delete(TimeToLiveRecord.PREFIX + full)));
    }

    /**
     * A flow that tells of each value that is there and of each change since; run it. A value that
     * the codec cannot read is reported as a handler's failure, and the flow goes on.
     */
    public Flow watch(ValueHandler<V> handler) {
        return Flow.on(store)
                .follow(
                        prefix,
                        event -> {
                            String key = event.key().substring(prefix.length());
                            switch (event) {
                                case FlowEvent.Listed one ->
                                        handler.on(key, Optional.of(value(one.entry())));
                                case FlowEvent.Created one ->
                                        handler.on(key, Optional.of(value(one.entry())));
                                case FlowEvent.Updated one ->
                                        handler.on(key, Optional.of(value(one.entry())));
                                case FlowEvent.Deleted one -> handler.on(key, Optional.empty());
                            }
                        });
    }

    /**
     * From now on, until this is closed, this process removes values of the path whose time to live
     * is over, whoever put them. A thread of its own watches for them. Calling it again does
     * nothing.
     */
    public synchronized void expire() {
        if (closed) {
            throw new IllegalStateException("These values were closed.");
        }
        if (expiry == null) {
            expiry = new Expiry(store, prefix);
        }
    }

    private List<Condition> conditions(String key, long expected) {
        if (expected < 0) {
            throw new InvalidInputException(
                    "The expected version is %d, and the limit is 0 or more.".formatted(expected));
        }
        return List.of(
                expected == 0
                        ? new Condition.Absent(full(key))
                        : new Condition.Unchanged(full(key), expected));
    }

    private long commit(
            String key, long expected, List<Condition> conditions, List<Operation> operations) {
        return switch (store.commit(new Commit(null, conditions, operations))) {
            case CommitResult.Applied applied -> applied.revision();
            case CommitResult.Refused refused -> {
                Entry found = refused.entry(full(key));
                throw new VersionConflictException(
                        key, expected, found == null ? 0 : found.modified());
            }
            case CommitResult.OtherStore other ->
                    throw new StoreUnavailableException(
                            "Nothing was written: the store is another one now. Try again.");
            case CommitResult.Failed failed ->
                    throw new StoreUnavailableException("Nothing was written: " + failed.why());
            case CommitResult.Unknown unknown ->
                    throw new IndeterminateException(
                            "It is not known whether the value \"%s\" was written (%s): read it."
                                    .formatted(key, unknown.why()));
        };
    }

    private @Nullable Entry entry(String key) {
        List<Entry> found = store.read(Range.key(full(key))).entries();
        return found.isEmpty() ? null : found.getFirst();
    }

    private Value<V> value(Entry entry) {
        return new Value<>(
                entry.key().substring(prefix.length()),
                codec.decode(entry.value()),
                entry.modified());
    }

    private String full(String key) {
        if (key.isEmpty()) {
            throw new InvalidInputException("The key is empty: the limit is 1 character or more.");
        }
        return Limits.checkedStoreKey(prefix + key);
    }

    /** Ends the removing of values; those that are left are removed by others, or stay. */
    @Override
    public synchronized void close() {
        closed = true;
        Expiry running = expiry;
        if (running != null) {
            running.close();
        }
    }
}
