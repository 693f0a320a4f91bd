package dev.roster.sql.postgres;

import static dev.roster.sql.Entries.applied;
import static dev.roster.sql.Entries.at;
import static dev.roster.sql.Entries.batch;
import static dev.roster.sql.Entries.fenced;
import static dev.roster.sql.Entries.once;
import static dev.roster.sql.Entries.own;
import static dev.roster.sql.Entries.put;
import static dev.roster.sql.Entries.read;
import static dev.roster.sql.Entries.take;
import static dev.roster.sql.Entries.wake;
import static dev.roster.sql.Entries.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.sql.Puts;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What is easily done wrong with a queue in PostgreSQL: each trap by its name. */
@Timeout(120)
final class PostgresQueueTrapsTest {
    private static final String BACKENDS =
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%%\"%s\".roster_queue%%'";

    private final String schema = SharedPostgres.newSchema();
    private Store store = unopened();
    private Queue queue = unopened();
    private Connection mine = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(SharedPostgres.url(schema));
        queue = store.queue("mail");
        mine = ConnectionSource.of(PostgresUrl.parse(SharedPostgres.url(schema))).connect(20);
        mine.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private static void until(String what, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(2);
        }
    }

    private static String sql(String statement) {
        return SharedPostgres.server().sql(statement).trim();
    }

    private boolean isWaiting() {
        return !sql(BACKENDS.formatted(schema) + " AND wait_event_type = 'Lock'").equals("0");
    }

    private boolean isOver() {
        return sql(BACKENDS.formatted(schema)).equals("0");
    }

    /** Another owner, in a transaction of this test's. */
    private void takeOver() throws SQLException {
        PostgresSchema.execute(
                mine,
                "UPDATE %s.roster_entries SET modified = modified + 1 WHERE key = 'owner'"
                        .formatted(schema));
    }

    @Test
    void a_batch_that_waits_while_the_key_is_taken_over_is_fenced() throws Exception {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        takeOver();
        CompletableFuture<QueueResult> late =
                CompletableFuture.supplyAsync(() -> queue.apply(fenced(fence, take(0, "a"))));
        until("the batch waits", () -> isWaiting() || late.isDone());
        mine.commit();
        assertThat(late.get(30, TimeUnit.SECONDS))
                .isInstanceOfAny(QueueResult.Fenced.class, QueueResult.NotApplied.class);
        assertThat(queue.apply(fenced(fence, take(0, "a")))).isInstanceOf(QueueResult.Fenced.class);
        assertThat(read(queue, 0)).containsExactly("a");
    }

    @Test
    void a_takeover_waits_for_a_batch_and_then_sees_what_it_did() throws Exception {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        // The application's transaction stands for a batch that is about to commit.
        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a")));
        CompletableFuture<List<String>> next =
                CompletableFuture.supplyAsync(() -> {
                    CommitResult taken;
                    do {
                        taken = store.commit(Puts.put("owner", "you"));
                    } while (!(taken instanceof CommitResult.Applied));
                    return read(queue, 0);
                });
        mine.commit();
        assertThat(next.get(30, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void the_batch_of_a_lost_connection_is_unknown_and_fenced_when_it_comes_late()
            throws Exception {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        try (TcpProxy proxy = proxy();
                Store far = Store.open(through(proxy));
                Queue there = far.queue("mail")) {
            applied(there, put(1, "warm"));
            takeOver();
            CompletableFuture<QueueResult> lost =
                    CompletableFuture.supplyAsync(() -> there.apply(fenced(fence, take(0, "a"))));
            until("the batch waits", () -> isWaiting() || lost.isDone());
            proxy.set(proxy.weather().withRefusing(true));
            QueueResult result = lost.get(30, TimeUnit.SECONDS);
            mine.commit();
            until("the server is done with it", this::isOver);
            assertThat(result)
                    .isInstanceOfAny(QueueResult.Unknown.class, QueueResult.NotApplied.class);
            assertThat(read(queue, 0)).containsExactly("a");
        }
    }

    @Test
    void a_batch_whose_reply_is_lost_is_unknown_and_its_ticket_tells() throws Exception {
        try (TcpProxy proxy = proxy();
                Store far = Store.open(through(proxy));
                Queue there = far.queue("mail")) {
            applied(there, put(1, "warm"));
            proxy.swallowReplies(500);
            QueueResult result = there.apply(once(0, "a"));
            assertThat(result).isInstanceOf(QueueResult.Unknown.class);
            until("the server is done with it", this::isOver);
            List<QueueResult> again = new ArrayList<>();
            until(
                    "the repetition is answered",
                    () -> {
                        again.add(there.apply(once(0, "a")));
                        return again.getLast() instanceof QueueResult.Applied
                                || again.getLast() instanceof QueueResult.Refused;
                    });
            assertThat(read(queue, 0)).containsExactly("a");
            assertThat(again.getLast())
                    .isEqualTo(
                            new QueueResult.Refused(
                                    List.of(
                                            new QueueResult.Refused.Failed(
                                                    0, Shelf.TICKET, at("a")))));
        }
    }

    private static TcpProxy proxy() {
        return TcpProxy.to(SharedPostgres.server().address(), Wire.POSTGRESQL);
    }

    private String through(TcpProxy proxy) {
        return SharedPostgres.server().url(proxy.address()) + "?schema=" + schema;
    }

    @Test
    void a_page_that_was_begun_before_a_take_has_what_was_taken() throws SQLException {
        applied(queue, put(0, "a"));
        mine.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        PostgresSchema.text(mine, "SELECT 1");
        applied(queue, take(0, "a"));
        // So an owner has to remember what it took until a read that began after the answer.
        assertThat(
                        PostgresSchema.text(
                                mine,
                                "SELECT count(*)::text FROM %s.roster_queue_read_1(ARRAY[''::bytea], ARRAY['\\xff'::bytea], ARRAY[10]) WHERE r_key IS NOT NULL"
                                        .formatted(schema)))
                .isEqualTo("1");
        assertThat(read(queue, 0)).isEmpty();
    }

    @Test
    void an_entry_that_stands_before_others_can_appear_after_them() throws SQLException {
        Place early = new Place(0, 1, "early");
        PostgresStore.apply(mine, schema, "mail", batch(put(0, early)));
        applied(queue, put(0, new Place(0, 2, "late")));
        assertThat(read(queue, 0)).containsExactly("late");
        mine.commit();
        assertThat(read(queue, 0)).containsExactly("early", "late");
    }

    @Test
    void who_waits_for_a_lock_keeps_nobody_else() throws Exception {
        List<QueueBatch> takes = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            applied(queue, put(0, "n" + n));
            takes.add(batch(take(0, "n" + n)));
        }
        PostgresStore.apply(mine, schema, "mail", takes.get(123));
        List<QueueResult> results = queue.apply(takes);
        assertThat(results.get(123))
                .isInstanceOfSatisfying(
                        QueueResult.NotApplied.class,
                        not -> assertThat(not.why()).contains("another transaction"));
        assertThat(results).filteredOn(QueueResult.Applied.class::isInstance).hasSize(299);
        mine.rollback();
        assertThat(read(queue, 0)).containsExactly("n123");
        applied(queue, take(0, "n123"));
    }

    @Test
    void rows_that_were_removed_leave_nothing() {
        long first = 0;
        for (int round = 0; round < 12; round++) {
            List<QueueBatch> puts = new ArrayList<>();
            List<QueueBatch> takes = new ArrayList<>();
            for (int n = 0; n < 2000; n++) {
                String id = "r%d-%d".formatted(round, n);
                puts.add(batch(put(n % 8, new Place(0, round * 2000L + n, id))));
                takes.add(
                        batch(
                                new QueueOperation.Take(
                                        n % 8, Shelf.WORK, new Place(0, round * 2000L + n, id))));
            }
            assertThat(queue.apply(puts)).allMatch(QueueResult.Applied.class::isInstance);
            assertThat(queue.apply(takes)).allMatch(QueueResult.Applied.class::isInstance);
            sql("VACUUM %s.roster_queue".formatted(schema));
            long size =
                    Long.parseLong(
                            sql(
                                    "SELECT pg_total_relation_size('%s.roster_queue')"
                                            .formatted(schema)));
            first = round == 0 ? size : first;
            assertThat(size).isLessThanOrEqualTo(5 * first);
        }
    }

    @Test
    void one_notice_at_most_tells_of_a_group_and_no_transaction_of_a_batch_sends_it()
            throws Exception {
        mine.setAutoCommit(true);
        PostgresSchema.execute(mine, "LISTEN " + PostgresWakes.channel(new PostgresSchema(schema)));
        List<QueueBatch> many = new ArrayList<>();
        for (int n = 0; n < 900; n++) {
            many.add(
                    new QueueBatch(
                            List.of(), List.of(), List.of(put(n % 9, "n" + n)), Set.of(n % 9)));
        }
        assertThat(queue.apply(many)).allMatch(QueueResult.Applied.class::isInstance);
        List<PGNotification> notices = new ArrayList<>();
        Set<String> told = new TreeSet<>();
        until(
                "all partitions were told",
                () -> {
                    notices.addAll(notices());
                    for (PGNotification notice : notices) {
                        told.addAll(List.of(notice.getParameter().split("\n")[2].split(",")));
                    }
                    return told.size() == 9;
                });
        assertThat(notices).hasSizeLessThanOrEqualTo(2);
        String writers =
                sql(
                        "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE query LIKE '%%\"%s\".roster_queue%%'"
                                .formatted(schema));
        assertThat(writers.split(" ")).doesNotContain(String.valueOf(notices.getFirst().getPID()));
    }

    private List<PGNotification> notices() {
        try {
            PGNotification[] got = mine.unwrap(PGConnection.class).getNotifications(100);
            return got == null ? List.of() : List.of(got);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_forged_notice_is_a_hint_like_any_other() throws Exception {
        mine.setAutoCommit(true);
        LinkedBlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        try (Queue.Waking waking = queue.listen(woken::add)) {
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            for (String payload :
                    List.of(
                            "",
                            "x",
                            "x\nmail",
                            "x\nother\n1",
                            "x\nmail\n99999999999,-7",
                            "\n\n\n")) {
                PostgresSchema.text(
                        mine,
                        "SELECT pg_notify(?, ?)::text",
                        PostgresWakes.channel(new PostgresSchema(schema)),
                        payload);
            }
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            applied(queue, put(0, "a"));
            assertThat(queue.apply(wake(5))).isInstanceOf(QueueResult.Applied.class);
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
            assertThat(waking).isNotNull();
        }
    }

    @Test
    void a_listener_whose_session_ended_is_told_to_look_at_all() throws Exception {
        LinkedBlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        try (Queue.Waking waking = queue.listen(woken::add)) {
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN %s'"
                            .formatted(PostgresWakes.channel(new PostgresSchema(schema))));
            assertThat(woken.poll(60, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(waking).isNotNull();
        }
    }

    /** Pages of the table and its index that a reading touched. */
    private long touched(String from) {
        String plan =
                sql(
                        "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT * FROM %s.roster_queue_read_1(ARRAY['mail'::bytea || '\\x00'::bytea || %s], ARRAY['\\xff'::bytea], ARRAY[500])"
                                .formatted(schema, from));
        assertThat(plan).contains("rows=501");
        Matcher buffers =
                Pattern.compile("Buffers: shared (?:hit=(\\d+))?(?: ?read=(\\d+))?").matcher(plan);
        assertThat(buffers.find()).as(plan).isTrue();
        return number(buffers.group(1)) + number(buffers.group(2));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    @Test
    void a_page_of_many_entries_is_read_by_itself_and_the_dead_are_passed_by_a_lower_bound()
            throws SQLException, InterruptedException {
        sql(
                "INSERT INTO %s.roster_queue SELECT 'mail'::bytea || '\\x00000000'::bytea || 'w0'::bytea || int8send(n) || 'id'::bytea, 'v' FROM generate_series(1, 200000) n"
                        .formatted(schema));
        assertThat(queue.read(List.of(work(0, 500))).entries().getFirst()).hasSize(500);
        assertThat(touched("''")).isLessThan(1000);
        // An old transaction keeps the dead from being cleared away.
        mine.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        PostgresSchema.text(mine, "SELECT count(*)::text FROM pg_class");
        sql(
                "DELETE FROM %s.roster_queue WHERE key < 'mail'::bytea || '\\x00000000'::bytea || 'w0'::bytea || int8send(100000)"
                        .formatted(schema));
        assertThat(touched("'\\x000000'::bytea || 'w0'::bytea || int8send(100000)"))
                .isLessThan(1000);
        mine.commit();
        until(
                "the dead are cleared away, whatever autovacuum does meanwhile",
                () -> {
                    sql("VACUUM %s.roster_queue".formatted(schema));
                    return touched("''") < 1000;
                });
    }
}
