package dev.roster.etcd;

import dev.roster.Change;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Watch;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch of etcd's, with watchdogs: what etcd's or a network's faults can do to it ends in the
 * same changes as without, or in word that the caller has to read again.
 *
 * <p><b>At the beginning</b>, and after each break, it looks whether history goes back as far as
 * the watch has told, and how many keys there are at that revision.
 *
 * <p><b>While it catches up</b> with what was before it began, it looks once more behind each
 * message: a watch of etcd's whose next revision is the very one that is compacted now goes on as
 * if nothing were, without the deletions of that revision.
 *
 * <p><b>When it is silent</b>, it looks whether the number of keys is what the changes amount to,
 * and asks the stream for a sign of life. Both being as they should, it has told everything up to
 * that revision. Now and then, always in a small range, it also looks for keys that were written
 * since. What does not come within a while makes it begin anew where it was; what does not come
 * then either was lost, and has to be read. Where reads are answered and watches never begin, the
 * caller is told to read again every other second, so that it gets on without any.
 *
 * <p>For one thread at a time, but for {@link #close}.
 */
final class EtcdWatch implements Watch {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DEEP_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** In a range of so few keys, looking at each costs etcd next to nothing. */
    private static final long SMALL = 500;

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Lives lives;
    private final KeyRange range;
    private final Consumer<EtcdWatch> ended;
    private final @Nullable StoreIdentity identity;
    private final WatchAssembly assembly;

    private volatile boolean closed;
    private volatile @Nullable WatchStream stream;

    /** All changes up to this revision were told. */
    private long told;

    /** How many keys the range has at that revision. */
    private long count;

    /** What etcd had come to when the stream began: until there, it catches up. */
    private long caughtUpAt;

    /** When the stream was begun, and when it last said something. */
    private long begun;

    private long lastSound;
    private long lastLook;
    private long lastDeepLook;
    private long silence = SILENCE_NANOS;

    /** An earlier look found something missing, and the stream was begun anew for that. */
    private boolean suspected;

    /** A look at this revision, -1 for none, found so many keys; the changes will show it. */
    private long expectedAt = -1;

    private long expectedCount;

    EtcdWatch(
            EtcdConnection connection,
            EtcdKeys keys,
            Lives lives,
            Range range,
            long afterRevision,
            Consumer<EtcdWatch> ended) {
        this.connection = connection;
        this.keys = keys;
        this.lives = lives;
        this.range = keys.toEtcd(range);
        this.ended = ended;
        this.assembly = new WatchAssembly();
        Life life = lives.current();
        this.identity = life == null ? null : life.identity();
        // Before the store's life began, it had nothing to tell.
        this.told = life == null ? afterRevision : Math.max(afterRevision, life.begun() - 1);
        this.lastDeepLook = System.nanoTime();
        this.lastLook = lastDeepLook;
    }

    @Override
    public Batch next(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (true) {
                requireOpen();
                Batch batch = step(end);
                if (batch != null) {
                    return batch;
                }
            }
        } catch (CallFailedException e) {
            stopStream();
            if (e.isInterrupted()) {
                throw interrupted(e);
            }
            requireOpen();
            throw Failures.unavailable(e, connection);
        } catch (StoreUnavailableException e) {
            stopStream();
            if (Thread.interrupted()) {
                throw interrupted(e);
            }
            requireOpen();
            throw e;
        } catch (ProtoReader.BadMessageException e) {
            stopStream();
            throw new StoreUnavailableException("etcd's answer cannot be read", e);
        }
    }

    private static InterruptedException interrupted(Exception e) {
        InterruptedException interrupted = new InterruptedException();
        interrupted.initCause(e);
        return interrupted;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The watch is closed.");
        }
    }

    /** Takes one message or one look; null when there is nothing to say yet. */
    private @Nullable Batch step(long end) throws CallFailedException, InterruptedException {
        WatchStream open = stream;
        if (open == null) {
            return begin();
        }
        long now = System.nanoTime();
        long look = Math.min(lastSound + silence, lastLook + DEEP_NANOS);
        WatchStream.Item item = open.next(Math.min(end, look) - now);
        requireOpen();
        if (item != null) {
            return take(item);
        }
        if (System.nanoTime() - look >= 0) {
            return look(open);
        }
        return System.nanoTime() - end >= 0 ? new Batch.Changes(List.of(), told) : null;
    }

    /** Finds out whether history goes back so far, and begins a stream there. */
    private @Nullable Batch begin() throws CallFailedException, InterruptedException {
        Life life = lives.read();
        if (identity != null && !life.identity().equals(identity)) {
            return reread("the store is another one");
        }
        RangeAnswer then;
        try {
            then = countAt(told);
        } catch (CallFailedException e) {
            if (e.isCompacted()) {
                return reread("changes after revision %d are not kept".formatted(told));
            }
            if (e.isFuture()) {
                return reread("the store is not at revision %d yet".formatted(told));
            }
            throw e;
        }
        count = then.count();
        expectedAt = -1;
        // What was committed before this answer is caught up with; what comes later is told live.
        caughtUpAt = Long.MAX_VALUE;
        assembly.clear();
        begun = System.nanoTime();
        WatchStream open = new WatchStream(connection, range, told + 1);
        stream = open;
        sound();
        if (closed) {
            open.close();
        }
        WatchStream.Item first = open.next(PATIENCE_NANOS);
        if (first == null) {
            // Reads are answered and watches are not. Then reading is what is left.
            connection.leave(open.server());
            return reread("the watch does not begin");
        }
        return take(first);
    }

    private RangeAnswer countAt(long revision) throws CallFailedException, InterruptedException {
        return RangeAnswer.read(
                new ProtoReader(
                        connection.call(
                                Call.RANGE,
                                EtcdConnection.Kind.READS,
                                Requests.count(range, revision).toArray())));
    }

    private void sound() {
        lastSound = System.nanoTime();
        // Not all watches of a process at once.
        silence = SILENCE_NANOS + ThreadLocalRandom.current().nextLong(SILENCE_NANOS / 8);
    }

    private @Nullable Batch take(WatchStream.Item item)
            throws CallFailedException, InterruptedException {
        return switch (item) {
            case WatchStream.Item.End end -> {
                CallFailedException why = broken(end.status());
                if (System.nanoTime() - begun < PATIENCE_NANOS) {
                    throw why;
                }
                // It held for a while: begin anew at once, where it was.
                yield null;
            }
            case WatchStream.Item.Message message -> take(message.answer());
        };
    }

    private CallFailedException broken(Status status) {
        WatchStream was = stream;
        stopStream();
        return new CallFailedException(
                was == null ? connection.servers() : was.endpoint(), status, true);
    }

    private @Nullable Batch take(WatchAnswer answer)
            throws CallFailedException, InterruptedException {
        if (answer.cancelled()) {
            return cancelled(answer);
        }
        if (answer.created()) {
            caughtUpAt = answer.header().revision();
            return null;
        }
        if (answer.isProgress()) {
            return null;
        }
        List<WatchAnswer.Event> whole = assembly.add(answer);
        if (whole.isEmpty()) {
            return null;
        }
        if (whole.getFirst().entry().modified() <= told) {
            return reread("etcd told a change later than it should have");
        }
        if (told < caughtUpAt && isCompactedAt(told)) {
            return reread("history was compacted while the watch caught up");
        }
        sound();
        return tell(whole);
    }

    private Batch tell(List<WatchAnswer.Event> events) {
        List<Change> changes = new ArrayList<>();
        for (WatchAnswer.Event event : events) {
            KeyValue entry = event.entry();
            if (expectedAt >= 0 && entry.modified() > expectedAt) {
                expectedAt = -1;
                if (count != expectedCount) {
                    return reread("etcd left out a change before revision " + entry.modified());
                }
            }
            changes.add(
                    new Change(
                            keys.fromEtcd(entry.key()),
                            event.deleted() ? null : EtcdCommits.entry(keys, entry),
                            entry.modified()));
            if (event.deleted()) {
                count--;
            } else if (entry.created() == entry.modified()) {
                count++;
            }
        }
        told = events.getLast().entry().modified();
        suspected = false;
        return new Batch.Changes(changes, told);
    }

    private Batch cancelled(WatchAnswer answer) throws CallFailedException {
        if (answer.compacted() > 0) {
            return reread("changes after revision %d are not kept".formatted(told));
        }
        // For one thing, of a login that is over.
        connection.forgetLogin();
        throw broken(
                Status.UNAVAILABLE.withDescription("the watch was cancelled: " + answer.reason()));
    }

    private boolean isCompactedAt(long revision) throws CallFailedException, InterruptedException {
        try {
            countAt(revision);
            return false;
        } catch (CallFailedException e) {
            if (e.isCompacted()) {
                return true;
            }
            throw e;
        }
    }

    /** Compares what is there with what was told, after a silence. */
    private @Nullable Batch look(WatchStream open)
            throws CallFailedException, InterruptedException {
        lastLook = System.nanoTime();
        boolean isDeep = count <= SMALL || suspected || lastLook - lastDeepLook >= DEEP_NANOS;
        List<ProtoWriter> reads = new ArrayList<>(lives.reads());
        reads.add(
                Requests.reading(
                        isDeep
                                ? Requests.writtenSince(range, told + 1)
                                : Requests.count(range, 0)));
        Lives.Known before = lives.known();
        TxnAnswer answer =
                TxnAnswer.read(
                        connection.call(
                                Call.TXN,
                                EtcdConnection.Kind.READS,
                                Requests.txn(List.of(), reads, List.of()).toArray()));
        Life life = lives.judge(before, answer.header(), answer.ranges());
        if (life == null || (identity != null && !life.identity().equals(identity))) {
            return reread("the store is another one");
        }
        if (isDeep) {
            lastDeepLook = System.nanoTime();
        }
        RangeAnswer found = answer.ranges().getLast();
        long revision = answer.header().revision();
        expectedAt = revision;
        expectedCount = found.count();
        open.askForProgress();
        Batch heard = hear(open);
        if (heard != null || stream == null) {
            return heard;
        }
        expectedAt = -1;
        if (found.count() != count || (isDeep && found.first() != null)) {
            return missing(open);
        }
        suspected = false;
        if (isDeep && revision > told && assembly.isEmpty()) {
            told = revision;
            return new Batch.Changes(List.of(), told);
        }
        return null;
    }

    /** Waits for the stream's sign of life; what comes before it is news. */
    private @Nullable Batch hear(WatchStream open)
            throws CallFailedException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            WatchStream.Item item = open.next(until - System.nanoTime());
            requireOpen();
            if (item == null) {
                connection.leave(open.server());
                throw broken(
                        Status.DEADLINE_EXCEEDED.withDescription(
                                "the watch gives no sign of life"));
            }
            if (item instanceof WatchStream.Item.Message message
                    && message.answer().isProgress()
                    && open.isEmpty()) {
                sound();
                return null;
            }
            Batch batch = take(item);
            if (batch != null) {
                return batch;
            }
        }
    }

    /** Something should have been told. Once, the stream may have lost it; twice, etcd has. */
    private @Nullable Batch missing(WatchStream open) {
        if (suspected) {
            return reread("etcd left out a change after revision %d".formatted(told));
        }
        suspected = true;
        open.close();
        stream = null;
        return null;
    }

    private Batch reread(String why) {
        close();
        return new Batch.MustReread(why);
    }

    private void stopStream() {
        WatchStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        WatchStream open = stream;
        if (open != null) {
            open.wake();
            open.close();
        }
        ended.accept(this);
    }
}
