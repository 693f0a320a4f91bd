package dev.roster.sql;

import static dev.roster.sql.Entries.applied;
import static dev.roster.sql.Entries.batch;
import static dev.roster.sql.Entries.fenced;
import static dev.roster.sql.Entries.once;
import static dev.roster.sql.Entries.own;
import static dev.roster.sql.Entries.put;
import static dev.roster.sql.Entries.read;
import static dev.roster.sql.Entries.take;
import static dev.roster.sql.Entries.wake;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.StoreIdentity;
import dev.roster.store.Queue;
import dev.roster.store.QueueRefusedException;
import dev.roster.store.QueueResult;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch in an application's own transaction takes effect if that commits; wakes between. */
@Timeout(60)
final class SqliteQueueTransactionTest {
    @TempDir private Path folder = Path.of("");

    private SqliteStore store = unopened();
    private Queue queue = unopened();
    private Foreign mine = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() throws SQLException {
        store = SqliteStore.open(folder.resolve("work.db"));
        queue = store.queue("mail");
        mine = new Foreign(folder.resolve("work.db"));
        mine.run("CREATE TABLE effects (n)");
        mine.connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private void effect() throws SQLException {
        mine.run("INSERT INTO effects VALUES (1)");
    }

    private long effects() throws SQLException {
        try (Foreign other = new Foreign(folder.resolve("work.db"))) {
            return other.number("SELECT count(*) FROM effects");
        }
    }

    @Test
    void what_is_put_is_there_if_the_transaction_commits() throws SQLException {
        SqliteStore.apply(mine.connection, "mail", once(0, "a"));
        effect();
        assertThat(read(queue, 0)).isEmpty();
        mine.connection.commit();
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void what_is_put_is_gone_if_the_transaction_rolls_back() throws SQLException {
        effect();
        SqliteStore.apply(mine.connection, "mail", once(0, "a"));
        mine.connection.rollback();
        assertThat(read(queue, 0)).isEmpty();
        assertThat(effects()).isZero();
        assertThat(queue.apply(once(0, "a"))).isInstanceOf(QueueResult.Applied.class);
    }

    @Test
    void a_fenced_take_goes_with_the_transaction() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        effect();
        SqliteStore.apply(mine.connection, "mail", fenced(fence, take(0, "a")));
        mine.connection.rollback();
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isZero();
        effect();
        SqliteStore.apply(mine.connection, "mail", fenced(fence, take(0, "a")));
        mine.connection.commit();
        assertThat(read(queue, 0)).isEmpty();
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void a_former_owner_is_fenced() throws SQLException {
        applied(queue, put(0, "a"));
        Fence fence = own(store);
        Puts.applied(store, "owner", "you");
        Fence other = new Fence(new StoreIdentity("sqlite-x"), List.of());
        for (Fence lost : List.of(fence, other)) {
            effect();
            assertThatExceptionOfType(FencedException.class)
                    .isThrownBy(() ->
                            SqliteStore.apply(
                                    mine.connection,
                                    "mail",
                                    fenced(lost, take(0, "a"), put(0, "b"))));
            mine.connection.rollback();
        }
        assertThat(read(queue, 0)).containsExactly("a");
        assertThat(effects()).isZero();
    }

    @Test
    void what_does_not_hold_is_no_part_of_the_transaction_which_goes_on() throws SQLException {
        applied(queue, put(0, "there"));
        effect();
        assertThatExceptionOfType(QueueRefusedException.class)
                .isThrownBy(() ->
                        SqliteStore.apply(
                                mine.connection,
                                "mail",
                                batch(take(0, "there"), take(0, "none"), put(0, "b"))))
                .satisfies(refused ->
                        assertThat(refused.failed())
                                .extracting(failed -> failed.place().id())
                                .containsExactly("none"));
        SqliteStore.apply(mine.connection, "mail", batch(put(0, "c")));
        mine.connection.commit();
        assertThat(read(queue, 0)).containsExactly("c", "there");
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void a_connection_that_commits_by_itself_is_rejected() throws SQLException {
        mine.connection.setAutoCommit(true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqliteStore.apply(mine.connection, "mail", once(0, "a")));
        assertThat(read(queue, 0)).isEmpty();
    }

    @Test
    void another_process_is_woken_and_finds_what_was_put() throws Exception {
        try (StoreProcess other = StoreProcess.start(store.path(), "woken")) {
            other.line();
            other.go();
            assertThat(other.line()).isEqualTo("listens");
            SqliteStore.apply(mine.connection, "mail", once(3, "a"));
            mine.connection.commit();
            assertThat(queue.apply(wake(3))).isInstanceOf(QueueResult.Applied.class);
            assertThat(other.line()).isEqualTo("woken: [a]");
            applied(queue, put(3, "b"));
            assertThat(queue.apply(wake(3))).isInstanceOf(QueueResult.Applied.class);
            assertThat(other.line()).isEqualTo("woken: [a, b]");
        }
    }

    @Test
    void who_wakes_others_is_not_told_to_look_at_all() throws IOException, InterruptedException {
        LinkedBlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        try (Queue.Waking waking = queue.listen(woken::add);
                StoreProcess other = StoreProcess.start(store.path(), "wakes")) {
            assertThat(queue.apply(wake(7))).isInstanceOf(QueueResult.Applied.class);
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(7);
            other.line();
            other.go();
            // What this process has told itself is no news; the first −1 is the other's.
            assertThat(other.line()).isEqualTo("done");
            assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(woken).isEmpty();
            assertThat(waking).isNotNull();
        }
    }
}
