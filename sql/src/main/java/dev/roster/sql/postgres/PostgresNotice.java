package dev.roster.sql.postgres;

import dev.roster.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells other processes that something changed: a hint, and never part of a commit. PostgreSQL
 * takes a lock of the whole cluster for a transaction that notifies until it has ended, so it is a
 * tiny one of its own, which does not wait for the disk, and at most one in a few milliseconds. If
 * it fails, others find the change when they look by themselves.
 *
 * <p>The notice holds the names of the keys, if they fit, so that who does not watch them need not
 * look. It holds nothing that anybody relies on: everybody who can connect to the database can send
 * one.
 */
final class PostgresNotice implements AutoCloseable {
    /** Between two notices of a process. */
    private static final long GAP_MILLIS = 4;

    /** The server takes less than 8000 bytes. */
    private static final int PAYLOAD_BYTES = 7000;

    private static final char SEPARATOR = '\n';

    private final PostgresConnections connections;
    private final String channel;
    private final String queueChannel;
    private final PostgresWakes wakes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Thread thread;
    private Set<String> changed = new LinkedHashSet<>();
    private long bytes;
    private long revision;
    private Map<String, Set<Integer>> woken = new LinkedHashMap<>();
    private volatile boolean closed;

    PostgresNotice(PostgresConnections connections, PostgresSchema schema, PostgresWakes wakes) {
        this.connections = connections;
        this.channel = channel(schema);
        this.queueChannel = PostgresWakes.channel(schema);
        this.wakes = wakes;
        this.thread = new Thread(this::run, "roster-postgres-notice");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The channel of a schema: of its own in the database, whatever the schema is called. */
    static String channel(PostgresSchema schema) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(schema.name().getBytes(StandardCharsets.UTF_8));
            return "roster_" + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The keys that a notice names; none for any key. */
    static List<String> keys(String payload) {
        int first = payload.indexOf(SEPARATOR);
        return first < 0 ? List.of() : List.of(payload.substring(first + 1).split("\n"));
    }

    /** Keys changed, up to a revision. Returns at once. */
    void changed(List<String> keys, long upTo) {
        lock.lock();
        try {
            for (String key : keys) {
                if (bytes <= PAYLOAD_BYTES && changed.add(key)) {
                    bytes += key.getBytes(StandardCharsets.UTF_8).length + 1;
                }
            }
            revision = upTo;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Partitions of a queue were woken. Returns at once. */
    void woken(String queue, Set<Integer> partitions) {
        lock.lock();
        try {
            woken.computeIfAbsent(queue, name -> new TreeSet<>()).addAll(partitions);
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A notice to be sent. */
    private record Told(String channel, String payload) {}

    private void run() {
        try {
            while (!closed) {
                List<Told> told = awaitTold();
                try {
                    send(told);
                } catch (StoreUnavailableException e) {
                    // A hint: who does not get it looks by itself.
                    TimeUnit.MILLISECONDS.sleep(GAP_MILLIS);
                }
                TimeUnit.MILLISECONDS.sleep(GAP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Told> awaitTold() throws InterruptedException {
        Map<String, Set<Integer>> queues;
        List<Told> told = new ArrayList<>();
        lock.lockInterruptibly();
        try {
            while (revision == 0 && woken.isEmpty()) {
                news.await();
            }
            if (revision > 0) {
                told.add(new Told(channel, payload()));
            }
            queues = woken;
            woken = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        if (!queues.isEmpty()) {
            wakes.payloads(queues).forEach(payload -> told.add(new Told(queueChannel, payload)));
        }
        return told;
    }

    private String payload() {
        List<String> lines = new ArrayList<>();
        lines.add(String.valueOf(revision));
        if (bytes <= PAYLOAD_BYTES) {
            lines.addAll(changed);
        }
        changed = new LinkedHashSet<>();
        bytes = 0;
        revision = 0;
        return String.join(String.valueOf(SEPARATOR), lines);
    }

    private void send(List<Told> told) {
        connections.read(
                "telling others",
                connection -> {
                    String sql =
                            "SELECT set_config('synchronous_commit', 'off', true)"
                                    + ", pg_notify(?, ?)".repeat(told.size());
                    try (PreparedStatement notify = connection.prepareStatement(sql)) {
                        int at = 1;
                        for (Told each : told) {
                            notify.setString(at++, each.channel());
                            notify.setString(at++, each.payload());
                        }
                        return notify.execute();
                    }
                });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
