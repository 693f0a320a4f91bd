package dev.roster.sql.postgres;

import static dev.roster.sql.Entries.applied;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.InvalidInputException;
import dev.roster.StoreIdentity;
import dev.roster.sql.Entries;
import dev.roster.sql.Puts;
import dev.roster.store.Queue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRefusedException;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch in an application's own transaction takes effect if that commits. */
@Timeout(60)
final class PostgresQueueTransactionTest {
    private final String schema = SharedPostgres.newSchema();
    private final String effects = "effects_" + schema;
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
        PostgresSchema.execute(mine, "CREATE TABLE " + effects + " (n integer)");
        mine.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private void effect() throws SQLException {
        PostgresSchema.execute(mine, "INSERT INTO " + effects + " VALUES (1)");
    }

    private String effects() {
        return SharedPostgres.server().sql("SELECT count(*) FROM " + effects).trim();
    }

    @Test
    void what_is_put_is_there_if_the_transaction_commits() throws SQLException {
        PostgresStore.apply(mine, schema, "mail", once(0, "a"));
        effect();
        assertThat(read(queue, 0)).isEmpty();
        mine.commit();
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isEqualTo("1");
    }

    @Test
    void what_is_put_is_gone_if_the_transaction_rolls_back() throws SQLException {
        effect();
        PostgresStore.apply(mine, schema, "mail", once(0, "a"));
        mine.rollback();
        assertThat(read(queue, 0)).isEmpty();
        assertThat(effects()).isEqualTo("0");
        assertThat(queue.apply(once(0, "a"))).isInstanceOf(QueueResult.Applied.class);
    }

    @Test
    void an_entry_is_taken_together_with_its_effect() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        effect();
        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a")));
        assertThat(read(queue, 0)).containsExactly("a");
        mine.commit();
        assertThat(read(queue, 0)).isEmpty();
        assertThat(effects()).isEqualTo("1");
    }

    @Test
    void a_fenced_take_in_a_transaction_that_rolls_back_leaves_the_entry() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        effect();
        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a")));
        mine.rollback();
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isEqualTo("0");
        assertThat(queue.apply(fenced(fence, take(0, "a"))))
                .isInstanceOf(QueueResult.Applied.class);
    }

    @Test
    void a_former_owner_is_fenced() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        Puts.applied(store, "owner", "you");
        effect();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() ->
                        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a"))))
                .withMessageContaining("owner");
        mine.rollback();
        Fence other = new Fence(new StoreIdentity("postgresql-1-1-x"), List.of());
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() ->
                        PostgresStore.apply(mine, schema, "mail", fenced(other, take(0, "a"))));
        mine.rollback();
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isEqualTo("0");
    }

    @Test
    void nobody_takes_over_between_the_batch_and_the_commit() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a")));
        assertThat(store.commit(Puts.put("owner", "you"))).isInstanceOf(CommitResult.Failed.class);
        effect();
        mine.commit();
        Puts.applied(store, "owner", "you");
        assertThat(read(queue, 0)).isEmpty();
    }

    @Test
    void what_is_put_replaces_what_stands_there() throws SQLException {
        applied(queue, put(0, "there"));
        QueueOperation another =
                new QueueOperation.Put(
                        new QueueEntry(0, Shelf.WORK, Entries.at("there"), Bytes.utf8("other")));
        PostgresStore.apply(mine, schema, "mail", batch(another, put(0, "b")));
        mine.commit();
        assertThat(queue.read(List.of(work(0, 10))).entries().getFirst())
                .extracting(entry -> entry.place().id() + " " + entry.value().toUtf8())
                .containsExactly("b value", "there other");
    }

    @Test
    void what_does_not_hold_is_no_part_of_the_transaction_which_goes_on() throws SQLException {
        applied(queue, put(0, "there"));
        effect();
        assertThatExceptionOfType(QueueRefusedException.class)
                .isThrownBy(() ->
                        PostgresStore.apply(
                                mine,
                                schema,
                                "mail",
                                batch(take(0, "there"), take(0, "none"), put(0, "b"))))
                .satisfies(refused ->
                        assertThat(refused.failed())
                                .extracting(failed -> failed.place().id())
                                .containsExactly("none"));
        PostgresStore.apply(mine, schema, "mail", batch(put(0, "c")));
        mine.commit();
        assertThat(read(queue, 0)).containsExactly("c", "there");
        assertThat(effects()).isEqualTo("1");
    }

    @Test
    void a_ticket_that_another_transaction_uses_at_the_same_time_is_used_once() throws Exception {
        PostgresStore.apply(mine, schema, "mail", once(0, "a"));
        // The other waits for the end of this one, and then finds the ticket.
        CompletableFuture<QueueResult> other =
                CompletableFuture.supplyAsync(() -> queue.apply(once(0, "a")));
        mine.commit();
        assertThat(other.get(30, TimeUnit.SECONDS))
                .isInstanceOfAny(QueueResult.Refused.class, QueueResult.NotApplied.class);
        assertThat(read(queue, 0)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_transaction_that_has_read_an_older_state_is_refused(int isolation) throws SQLException {
        applied(queue, put(0, "a"));
        mine.setTransactionIsolation(isolation);
        Fence fence = own(store);
        PostgresSchema.text(mine, "SELECT count(*)::text FROM " + effects);
        Puts.applied(store, "owner", "you");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() ->
                        PostgresStore.apply(mine, schema, "mail", fenced(fence, take(0, "a"))));
        mine.rollback();
        assertThat(read(queue, 0)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void stricter_isolation_is_served_too(int isolation) throws SQLException {
        mine.setTransactionIsolation(isolation);
        effect();
        PostgresStore.apply(mine, schema, "mail", once(0, "a"));
        mine.commit();
        PostgresStore.apply(mine, schema, "mail", fenced(own(store), take(0, "a")));
        mine.commit();
        assertThat(read(queue, 0)).isEmpty();
    }

    @Test
    void owners_are_woken_after_the_commit_by_a_batch_of_nothing_else() throws Exception {
        LinkedBlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        try (Store other = Store.open(SharedPostgres.url(schema));
                Queue there = other.queue("mail");
                Queue.Waking waking = there.listen(woken::add)) {
            // It listens when it says so by itself.
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            PostgresStore.apply(mine, schema, "mail", once(3, "a"));
            mine.commit();
            assertThat(queue.apply(wake(3))).isInstanceOf(QueueResult.Applied.class);
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isIn(3, -1);
            assertThat(read(there, 3)).containsExactly("a");
            assertThat(waking).isNotNull();
        }
    }

    @Test
    void input_that_cannot_be_meant_is_rejected_before_anything_is_sent() throws SQLException {
        QueueOperation[] many = new QueueOperation[queue.limits().operations() + 1];
        for (int n = 0; n < many.length; n++) {
            many[n] = put(0, "n" + n);
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> PostgresStore.apply(mine, schema, "mail", batch(many)));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> PostgresStore.apply(mine, schema, "a\nb", batch(put(0, "a"))));
        mine.setAutoCommit(true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresStore.apply(mine, schema, "mail", batch(put(0, "a"))));
        assertThat(queue.count(work(0, 1))).isZero();
    }
}
