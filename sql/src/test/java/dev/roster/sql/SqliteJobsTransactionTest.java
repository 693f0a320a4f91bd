package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobEvent;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Retry;
import dev.roster.jobs.Submission;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job's effect, its end and its submission in transactions of the caller's. */
@Timeout(60)
class SqliteJobsTransactionTest {
    @TempDir private Path folder;

    private final BlockingQueue<JobEvent.Kind> told = new LinkedBlockingQueue<>();

    private Connection connect() throws SQLException {
        Connection connection =
                DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
        }
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int effects() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM effects")) {
            return rows.getInt(1);
        }
    }

    @Test
    void the_effect_of_an_attempt_that_rolls_back_is_not_there() throws Exception {
        try (Store store = SqliteStore.open(folder.resolve("store.db"));
                Producer producer = Jobs.producer(store, "orders")) {
            try (Connection connection = connect()) {
                run(connection, "CREATE TABLE effects (id TEXT)");
                connection.setAutoCommit(false);
                Submission rolledBack = producer.prepare(Job.of("ship", "never"));
                SqliteStore.apply(connection, "orders", rolledBack.batch());
                connection.rollback();
                Submission submission = producer.prepare(Job.of("ship", "once"));
                SqliteStore.apply(connection, "orders", submission.batch());
                connection.commit();
                producer.committed(submission);
            }
            Member member = Group.join(store, "shop", JoinOptions.defaults());
            Retry soon = new Retry(5, Duration.ofMillis(10), Duration.ofMillis(20), 0);
            Jobs.consumer(member, "orders")
                    .listen(event -> told.add(event.kind()))
                    .task(
                            "ship",
                            TaskOptions.defaults().withRetry(soon),
                            job ->
                                    job.completeWith(finish -> {
                                        try (Connection connection = connect()) {
                                            connection.setAutoCommit(false);
                                            SqliteStore.apply(connection, "orders", finish);
                                            run(
                                                    connection,
                                                    "INSERT INTO effects VALUES ('%s')"
                                                            .formatted(job.id()));
                                            if (job.attempt() == 1) {
                                                connection.rollback();
                                                throw new IllegalStateException("rolled back");
                                            }
                                            connection.commit();
                                        }
                                    }))
                    .start();
            JobEvent.Kind kind = told.poll(30, TimeUnit.SECONDS);
            while (kind != null && kind != JobEvent.Kind.SUCCEEDED) {
                kind = told.poll(30, TimeUnit.SECONDS);
            }
            assertThat(kind).isEqualTo(JobEvent.Kind.SUCCEEDED);
            assertThat(effects()).isEqualTo(1);
            assertThat(Jobs.admin(store, "orders").stats().due()).isZero();
            member.close();
        }
    }
}
