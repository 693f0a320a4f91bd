package dev.roster.sql.postgres;

import static dev.roster.sql.Puts.ALL;
import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.put;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What is easily done wrong on PostgreSQL: each trap by its name. */
@Timeout(60)
final class PostgresTrapsTest {
    private final String schema = SharedPostgres.newSchema();
    private Store store = unopened();
    private Connection mine = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(SharedPostgres.url(schema));
        mine = ConnectionSource.of(PostgresUrl.parse(SharedPostgres.url(schema))).connect(20);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private void lockMeta() throws SQLException {
        mine.setAutoCommit(false);
        PostgresSchema.text(mine, "SELECT life FROM %s.roster_meta FOR UPDATE".formatted(schema));
    }

    @Test
    void sequences_commit_out_of_order_so_a_revision_is_taken_under_a_lock_held_to_the_end()
            throws Exception {
        // Two handles write at once, while one of their transactions is held up again and again:
        // whoever sees a revision has seen all before.
        try (Store other = Store.open(SharedPostgres.url(schema));
                Watch watch = store.watch(ALL, 0)) {
            CompletableFuture<Long> one = CompletableFuture.supplyAsync(() -> write(store, "a"));
            CompletableFuture<Long> two = CompletableFuture.supplyAsync(() -> write(other, "b"));
            List<Long> told = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                lockMeta();
                TimeUnit.MILLISECONDS.sleep(2);
                mine.commit();
                drain(watch, told);
            }
            long last = Math.max(one.get(), two.get());
            while (told.isEmpty() || told.getLast() < last) {
                drain(watch, told);
            }
            assertThat(told).isSorted().doesNotHaveDuplicates().hasSize(400);
        }
    }

    private static long write(Store by, String key) {
        long last = 0;
        for (int n = 0; n < 200; n++) {
            last = applied(by, key + n, "v");
        }
        return last;
    }

    private static void drain(Watch watch, List<Long> told) throws InterruptedException {
        if (watch.next(Duration.ofMillis(1)) instanceof Watch.Batch.Changes changes) {
            changes.changes().stream().map(Change::revision).forEach(told::add);
        }
    }

    @Test
    void a_notice_names_less_than_8000_bytes_and_none_is_part_of_a_commit() throws Exception {
        PostgresSchema.execute(
                mine, "LISTEN " + PostgresNotice.channel(new PostgresSchema(schema)));
        Operation[] many =
                IntStream.range(0, 1000)
                        .mapToObj(n -> new Operation.Put("k" + n + "x".repeat(500), Bytes.EMPTY))
                        .toArray(Operation[]::new);
        CommitResult result = store.commit(new Commit(null, List.of(), List.of(many)));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        org.postgresql.PGNotification[] got = null;
        while (got == null || got.length == 0) {
            got = mine.unwrap(PGConnection.class).getNotifications(1000);
        }
        assertThat(got[0].getParameter().length()).isLessThan(8000);
        // The session that told it is not the one that committed.
        String writer =
                PostgresSchema.text(
                        mine,
                        "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE query LIKE '%'||?||'%roster_commit%'",
                        schema);
        assertThat(writer.split(" ")).doesNotContain(String.valueOf(got[0].getPID()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "99999999999999999999", "-1\nk", "\n", "1\n\n\n", "1\n'; DROP TABLE x"})
    void a_notice_is_a_hint_so_a_forged_one_changes_nothing(String payload) throws Exception {
        long before = applied(store, "k", "v");
        try (Watch watch = store.watch(ALL, before)) {
            assertThat(watch.next(Duration.ofMillis(10)))
                    .isEqualTo(new Watch.Batch.Changes(List.of(), before));
            PostgresSchema.text(
                    mine,
                    "SELECT pg_notify(?, ?)::text",
                    PostgresNotice.channel(new PostgresSchema(schema)),
                    payload);
            assertThat(watch.next(Duration.ofMillis(200)))
                    .isEqualTo(new Watch.Batch.Changes(List.of(), before));
            long next = applied(store, "k", "w");
            assertThat(watch.next(Duration.ofSeconds(5)))
                    .isInstanceOfSatisfying(
                            Watch.Batch.Changes.class,
                            changes -> assertThat(changes.revision()).isEqualTo(next));
        }
    }

    @Test
    void a_session_that_ends_during_a_commit_leaves_it_unknown() throws Exception {
        applied(store, "k", "before");
        lockMeta();
        CompletableFuture<CommitResult> commit =
                CompletableFuture.supplyAsync(() -> store.commit(put("k", "after")));
        String waiting =
                "SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%'||?||'%'";
        String pid = "";
        while (pid.isEmpty()) {
            pid = PostgresSchema.text(mine, waiting, schema);
        }
        // By a connection that is there: the commit does not wait until a program has started.
        PostgresSchema.text(mine, "SELECT pg_terminate_backend(%s)::text".formatted(pid));
        assertThat(commit.get(10, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Unknown.class);
        mine.rollback();
        // A new connection, by itself.
        applied(store, "k", "again");
    }

    @Test
    void who_waits_too_long_for_the_lock_fails_and_is_not_applied_later() throws Exception {
        applied(store, "k", "before");
        lockMeta();
        long begin = System.nanoTime();
        assertThat(store.commit(put("k", "late"))).isInstanceOf(CommitResult.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(1400), Duration.ofSeconds(10));
        mine.rollback();
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(value(store, "k")).isEqualTo("before");
    }

    @Test
    void a_deadlock_or_a_failed_serialization_is_tried_again_and_a_broken_session_is_not() {
        for (String again : List.of("40001", "40P01")) {
            assertThat(PostgresErrors.isWorthAnotherTry(new SQLException("", again))).isTrue();
        }
        for (String unknown :
                List.of("08006", "08003", "08P01", "57P01", "57P02", "40003", "XX000", "58030")) {
            assertThat(PostgresErrors.isUndone(new SQLException("", unknown)))
                    .as(unknown)
                    .isFalse();
        }
        assertThat(PostgresErrors.isUndone(new SQLException("no state"))).isFalse();
        for (String undone : List.of("23505", "42501", "25006", "53100", "55P03", "57014")) {
            assertThat(PostgresErrors.isUndone(new SQLException("", undone))).as(undone).isTrue();
        }
    }

    @Test
    void a_large_refusal_is_told_in_full_though_it_is_not_sent_under_the_lock() {
        Bytes large = Bytes.of(new byte[200_000]);
        List<Operation> puts = new ArrayList<>();
        List<Condition> absent = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            puts.add(new Operation.Put("large" + n, large));
            absent.add(new Condition.Absent("large" + n));
        }
        store.commit(new Commit(null, List.of(), puts));
        assertThat(store.commit(new Commit(null, absent, List.of())))
                .isInstanceOfSatisfying(
                        CommitResult.Refused.class,
                        refused -> {
                            assertThat(refused.failed()).hasSize(20);
                            assertThat(refused.found()).hasSize(20);
                            assertThat(refused.found().getLast().value()).isEqualTo(large);
                        });
    }

    @Test
    void rows_that_change_all_the_time_have_no_index_on_what_changes() throws SQLException {
        for (int n = 0; n < 500; n++) {
            applied(store, "beat", "n" + n);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String hot = "0";
        while (Double.parseDouble(hot) < 0.9) {
            assertThat(System.nanoTime()).as("hot updates: " + hot).isLessThan(end);
            hot =
                    PostgresSchema.text(
                            mine,
                            "SELECT coalesce(min(n_tup_hot_upd::float8 / nullif(n_tup_upd, 0)), 0)::text FROM pg_stat_user_tables WHERE schemaname = ? AND relname IN ('roster_meta', 'roster_entries')",
                            schema);
        }
    }

    @Test
    void a_transaction_that_is_open_for_long_is_told_of() throws Exception {
        mine.setAutoCommit(false);
        mine.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        assertThat(PostgresSchema.text(mine, "SELECT txid_current()::text")).isNotEmpty();
        for (int n = 0; n < 400; n++) {
            applied(store, "beat", "n" + n);
        }
        List<String> said = new ArrayList<>();
        Handler listening = new Saying(said);
        Logger logger = Logger.getLogger(PostgresStore.class.getName());
        logger.addHandler(listening);
        try (Connection other =
                ConnectionSource.of(PostgresUrl.parse(SharedPostgres.url(schema))).connect(20)) {
            PostgresHealth health = new PostgresHealth(new PostgresSchema(schema), "here", 300);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (said.isEmpty()) {
                assertThat(System.nanoTime()).as("time to hear of it").isLessThan(end);
                health.look(other);
            }
            health.look(other);
        } finally {
            logger.removeHandler(listening);
        }
        assertThat(said).hasSize(1);
        assertThat(said.getFirst()).contains("roster_meta").contains("open for long");
        mine.rollback();
    }

    /** Remembers what is logged. */
    private static final class Saying extends Handler {
        private final List<String> said;

        Saying(List<String> said) {
            this.said = said;
        }

        @Override
        public void publish(LogRecord record) {
            said.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void
            without_statistics_a_row_counts_as_a_thousand_and_a_look_is_compiled_for_longer_than_it_takes()
                    throws SQLException {
        PostgresSchema.execute(
                mine,
                """
                INSERT INTO %1$s.roster_changes SELECT g, 0, ('k' || g)::bytea, 'v', g, 0
                FROM generate_series(1000000, 1040000) g
                """
                        .formatted(schema));
        String look = PostgresLook.sql(new PostgresSchema(schema), ALL, false);
        double jitAbove = Double.parseDouble(PostgresSchema.text(mine, "SHOW jit_above_cost"));
        try (PreparedStatement explain = mine.prepareStatement("EXPLAIN " + look)) {
            explain.setLong(1, 1);
            explain.setLong(2, 1_000_000);
            explain.setBytes(3, new byte[0]);
            try (ResultSet plan = explain.executeQuery()) {
                assertThat(plan.next()).isTrue();
                String cost = plan.getString(1).replaceAll(".*\\.\\.([0-9.]+) rows.*", "$1");
                assertThat(Double.parseDouble(cost)).isLessThan(jitAbove / 2);
            }
        }
    }

    @Test
    void names_are_bound_and_never_part_of_a_statement() {
        for (String hostile :
                List.of("'; DROP SCHEMA " + schema + " CASCADE; --", "\"", "$1", "?")) {
            applied(store, hostile, hostile);
            assertThat(value(store, hostile)).isEqualTo(hostile);
        }
    }
}
