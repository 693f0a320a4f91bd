package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import dev.roster.testkit.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Jobs that come and are done all the time, with a transaction that keeps the server from tidying.
 */
final class SoakSection implements JobsPart.Section {
    private static final int MINUTES = 5;

    /** Without the snapshot nothing piles up: longer tells no more. */
    private static final int MINUTES_WITHOUT = 5;

    private static final int AT_ONCE = 100;
    private static final int JOBS = 20_000;

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        String wanted = System.getenv("BENCH_MINUTES");
        int minutes = wanted == null || wanted.isEmpty() ? MINUTES : Integer.parseInt(wanted);
        int without = Math.min(minutes, MINUTES_WITHOUT);
        StringBuilder table =
                new StringBuilder(
                        """
                        20,000 jobs that do nothing are submitted and done, again and again: for %d minutes, and for %d with an old snapshot held.

                        | an old snapshot | when | jobs a second, median | CPU, µs a job | of it the server's | log, bytes a job |
                        | --- | --- | --- | --- | --- | --- |
                        """
                                .formatted(without, minutes));
        try (Arena arena = new Arena()) {
            table.append(rows(arena, without, false));
            table.append(rows(arena, minutes, true));
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return table.toString();
    }

    private static String rows(Arena arena, int minutes, boolean isHeld)
            throws IOException, InterruptedException, SQLException {
        String url = arena.newDatabase();
        try (Worker worker = Worker.start("roster", url, "w0", 0, "512m");
                Connection old = isHeld ? held(arena, url) : null) {
            worker.run("work " + AT_ONCE);
            for (int n = 0; n < 20; n++) {
                double unused = cycle(worker, n);
            }
            StringBuilder rows = new StringBuilder();
            long begin = System.nanoTime();
            long cycles = 20;
            for (int part = 1; part <= 5; part++) {
                List<Double> rates = new ArrayList<>();
                Arena.Usage before = arena.usage(List.of(worker));
                long end = begin + TimeUnit.MINUTES.toNanos(minutes) * part / 5;
                do {
                    rates.add(cycle(worker, cycles));
                    cycles++;
                } while (System.nanoTime() - end < 0);
                Arena.Usage used = arena.usage(List.of(worker)).since(before);
                double jobs = (double) rates.size() * JOBS;
                String row =
                        "| %s | part %d of 5 | %,.0f | %.1f | %.1f | %.0f |%n"
                                .formatted(
                                        old == null ? "none" : "held",
                                        part,
                                        Samples.of(rates).median(),
                                        (used.workerSeconds() + used.serverSeconds()) * 1e6 / jobs,
                                        used.serverSeconds() * 1e6 / jobs,
                                        used.logBytes() / jobs);
                System.err.print("bench: " + row);
                rows.append(row);
            }
            return rows.toString();
        }
    }

    /** Submits some and awaits their end; returns how many that is a second. */
    private static double cycle(Worker worker, long before)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        worker.run("bulk %d 0".formatted(JOBS));
        while (worker.counted().ended() < (before + 1) * JOBS) {
            Thread.sleep(5);
        }
        while (worker.unfinished() > 0) {
            Thread.sleep(1);
        }
        return JOBS / ((System.nanoTime() - begin) / 1e9);
    }

    /** A transaction that sees what there is now, and is left open. */
    private static Connection held(Arena arena, String url) throws SQLException {
        String database = url.substring(url.lastIndexOf('/') + 1).replaceAll("\\?.*", "");
        PostgresServer server = arena.server();
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://%s:%d/%s"
                                .formatted(
                                        server.address().getAddress().getHostAddress(),
                                        server.address().getPort(),
                                        database),
                        "postgres",
                        PostgresServer.PASSWORD);
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM pg_class");
        }
        return connection;
    }
}
