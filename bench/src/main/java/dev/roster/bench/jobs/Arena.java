package dev.roster.bench.jobs;

import dev.roster.testkit.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL server that forces every commit to the disk, with a new database for each try. */
final class Arena implements AutoCloseable {
    /** In {@code /proc} on every Linux that Java runs on. */
    private static final double TICKS_A_SECOND = 100;

    private final PostgresServer server;
    private final Path data;
    private int databases;

    /** What was used up so far, by the server and by the processes that were asked about. */
    record Usage(
            double serverSeconds,
            double workerSeconds,
            long logBytes,
            long transactions,
            long written) {
        Usage since(Usage before) {
            return new Usage(
                    serverSeconds - before.serverSeconds,
                    workerSeconds - before.workerSeconds,
                    logBytes - before.logBytes,
                    transactions - before.transactions,
                    written - before.written);
        }
    }

    Arena() {
        server =
                PostgresServer.start(
                        "max_connections=400", "shared_buffers=128MB", "synchronous_commit=on");
        data = Path.of(server.sql("SHOW data_directory").strip());
    }

    String name() {
        return server.name();
    }

    PostgresServer server() {
        return server;
    }

    /** The URL of a new, empty database. */
    String newDatabase() {
        if (databases > 0) {
            server.sql("DROP DATABASE IF EXISTS bench%d WITH (FORCE)".formatted(databases));
        }
        databases++;
        server.sql("CREATE DATABASE bench%d".formatted(databases));
        // What was left to do for the last one should not burden this one.
        server.sql("CHECKPOINT");
        String url = server.url();
        return url.substring(0, url.lastIndexOf('/') + 1) + "bench" + databases;
    }

    /** The server counts transactions with a delay; call it when nothing is measured. */
    Usage usage(List<Worker> workers) throws IOException, InterruptedException {
        Thread.sleep(1200);
        String[] found =
                server.sql(
                                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') || ' ' || xact_commit || ' ' || tup_inserted + tup_updated FROM pg_stat_database WHERE datname = 'bench%d'"
                                        .formatted(databases))
                        .strip()
                        .split(" ");
        double own = 0;
        for (Worker worker : workers) {
            own +=
                    ProcessHandle.of(worker.pid())
                                    .flatMap(handle -> handle.info().totalCpuDuration())
                                    .orElse(Duration.ZERO)
                                    .toNanos()
                            / 1e9;
        }
        return new Usage(
                serverSeconds(),
                own,
                Long.parseLong(found[0]),
                Long.parseLong(found[1]),
                Long.parseLong(found[2]));
    }

    /** Of all its processes: those that run, and those that ended. */
    private double serverSeconds() throws IOException {
        long first = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        double ticks = ticks(first, true);
        for (ProcessHandle each :
                ProcessHandle.of(first).stream().flatMap(ProcessHandle::children).toList()) {
            ticks += ticks(each.pid(), false);
        }
        return ticks / TICKS_A_SECOND;
    }

    private static double ticks(long pid, boolean withEnded) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.isReadable(stat)) {
            return 0;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        return withEnded
                ? ticks + Double.parseDouble(fields[13]) + Double.parseDouble(fields[14])
                : ticks;
    }

    @Override
    public void close() {
        server.close();
    }
}
