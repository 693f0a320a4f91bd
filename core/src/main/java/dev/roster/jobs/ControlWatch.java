package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.RosterException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.ControlRecord;
import dev.roster.protocol.jobs.LookRecord;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows what operators want of a queue, for a consumer. */
final class ControlWatch implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long AGAIN_MILLIS = 200;

    private final QueueOf queue;
    private final Pump pump;
    private final Clockwork clockwork;
    private final Colleagues colleagues;
    private Set<String> told = Set.of();
    private boolean hasControlled;

    ControlWatch(QueueOf queue, Pump pump, Clockwork clockwork, Colleagues colleagues) {
        this.queue = queue;
        this.pump = pump;
        this.clockwork = clockwork;
        this.colleagues = colleagues;
    }

    @Override
    public void run() {
        try {
            followUntilOver();
        } finally {
            colleagues.withdraw();
        }
    }

    private void followUntilOver() {
        while (!pump.isOver()) {
            try {
                follow();
                Thread.sleep(AGAIN_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (RosterException | IllegalStateException e) {
                // The store is away, or closed: then the consumer is over soon.
                if (!slept()) {
                    return;
                }
            }
        }
    }

    private static boolean slept() {
        try {
            Thread.sleep(AGAIN_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void follow() throws InterruptedException {
        Range range = Range.prefix(queue.layout.prefix());
        Snapshot snapshot = queue.store.read(range);
        boolean isControlled = false;
        Set<String> recurring = new HashSet<>();
        Set<String> consumers = new HashSet<>();
        for (Entry entry : snapshot.entries()) {
            tell(entry.key(), entry.value());
            isControlled |= entry.key().equals(queue.layout.control());
            if (entry.key().startsWith(queue.layout.schedules())) {
                recurring.add(entry.key().substring(queue.layout.schedules().length()));
            }
            if (entry.key().startsWith(queue.layout.consumers())) {
                consumers.add(entry.key().substring(queue.layout.consumers().length()));
            }
        }
        clockwork.retain(recurring);
        colleagues.retain(consumers);
        if (!isControlled || !hasControlled) {
            control(ControlRecord.NONE);
        }
        try (Watch watch = queue.store.watch(range, snapshot.revision())) {
            while (!pump.isOver()) {
                colleagues.publish();
                tellTasks();
                switch (watch.next(PATIENCE)) {
                    case Watch.Batch.Changes changes -> changes.changes().forEach(this::tell);
                    case Watch.Batch.MustReread unused -> {
                        return;
                    }
                }
            }
        }
    }

    private void tellTasks() {
        Set<String> tasks = colleagues.tasks();
        if (!tasks.equals(told)) {
            told = tasks;
            pump.others(tasks);
        }
    }

    /** The consumer begins nothing before the first of these. */
    private void control(ControlRecord record) {
        pump.control(record);
        hasControlled = true;
    }

    private void tell(Change change) {
        Entry now = change.now();
        tell(change.key(), now == null ? null : now.value());
    }

    private void tell(String key, @Nullable Bytes value) {
        try {
            if (key.equals(queue.layout.control())) {
                control(value == null ? ControlRecord.NONE : ControlRecord.parse(value));
            } else if (key.equals(queue.layout.look()) && value != null) {
                pump.looked(LookRecord.parse(value).partition());
            } else if (key.startsWith(queue.layout.schedules())) {
                clockwork.put(key.substring(queue.layout.schedules().length()), value);
            } else if (key.startsWith(queue.layout.consumers())) {
                colleagues.put(key.substring(queue.layout.consumers().length()), value);
            }
        } catch (CorruptRecordException e) {
            // Whoever can read it, wrote it; here all stays as it is.
        }
    }
}
