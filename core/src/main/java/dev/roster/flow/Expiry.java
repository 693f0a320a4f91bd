package dev.roster.flow;

import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.TimeToLiveRecord;
import dev.roster.runtime.Following;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Removes the values of a path whose time to live is over: those that this process has seen
 * unwritten for that long, and a little more, by its own monotonic clock. The removal is
 * conditional on that writing, so one that was written again stays.
 */
final class Expiry implements Following.Follower, AutoCloseable {
    /** By how much the clocks of two processes may differ in rate: one part in so many. */
    private static final int MARGIN = 50;

    private static final long RETRY_MILLIS = 200;

    private record Due(long modified, ScheduledFuture<?> at) {}

    private final Store store;
    private final Following following;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<String, Due> known = new HashMap<>();

    Expiry(Store store, String prefix) {
        this.store = store;
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "roster-expiry-" + prefix);
                            thread.setDaemon(true);
                            return thread;
                        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.following =
                new Following(
                        "expiry", store, Range.prefix(TimeToLiveRecord.PREFIX + prefix), this);
        following.start(null);
    }

    @Override
    public synchronized void read(Snapshot snapshot) {
        Map<String, Due> before = new HashMap<>(known);
        for (Entry entry : snapshot.entries()) {
            before.remove(entry.key());
            saw(entry);
        }
        before.keySet().forEach(this::forget);
    }

    @Override
    public synchronized void changed(List<Change> changes, long revision) {
        for (Change change : changes) {
            Entry now = change.now();
            if (now == null) {
                forget(change.key());
            } else {
                saw(now);
            }
        }
    }

    private void saw(Entry entry) {
        Due before = known.get(entry.key());
        if (before != null && before.modified() == entry.modified()) {
            return;
        }
        forget(entry.key());
        try {
            long millis = TimeToLiveRecord.parse(entry.value()).millis();
            schedule(entry, millis + millis / MARGIN + 1);
        } catch (CorruptRecordException e) {
            // The value stays; whoever wrote nonsense here meant no time to live.
        }
    }

    private void schedule(Entry entry, long millis) {
        if (!timer.isShutdown()) {
            known.put(
                    entry.key(),
                    new Due(
                            entry.modified(),
                            timer.schedule(() -> remove(entry), millis, TimeUnit.MILLISECONDS)));
        }
    }

    private void forget(String key) {
        Due due = known.remove(key);
        if (due != null) {
            due.at().cancel(false);
        }
    }

    /** On the timer's thread. */
    private void remove(Entry record) {
        String key = record.key().substring(TimeToLiveRecord.PREFIX.length());
        Condition isLatest = Condition.unchanged(record);
        Operation drop = new Operation.Delete(record.key());
        List<Commit> tries =
                List.of(
                        new Commit(
                                null,
                                List.of(isLatest, new Condition.Unchanged(key, record.modified())),
                                List.of(drop, new Operation.Delete(key))),
                        // Somebody wrote or deleted the value without this record: it stays so.
                        new Commit(null, List.of(isLatest), List.of(drop)));
        for (Commit one : tries) {
            switch (store.commit(one)) {
                case CommitResult.Applied applied -> {
                    return;
                }
                case CommitResult.Refused refused -> {}
                case CommitResult.OtherStore other -> {}
                case CommitResult.Failed failed -> {
                    again(record);
                    return;
                }
                case CommitResult.Unknown unknown -> {
                    again(record);
                    return;
                }
            }
        }
    }

    private synchronized void again(Entry record) {
        schedule(record, RETRY_MILLIS);
    }

    @Override
    public void unreachable() {}

    @Override
    public void ended(@Nullable RuntimeException why) {
        timer.shutdown();
    }

    @Override
    public void close() {
        following.close();
        timer.shutdown();
    }
}
