package dev.roster.sql;

import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.StoreIdentity;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application's own transaction takes effect only while the fence holds. */
@Timeout(30)
final class SqliteGuardTest {
    @TempDir private Path folder = Path.of("");

    private SqliteStore store = unopened();
    private Foreign mine = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() throws SQLException {
        store = SqliteStore.open(folder.resolve("work.db"));
        mine = new Foreign(folder.resolve("work.db"));
        mine.run("CREATE TABLE effects (n)");
        mine.connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private Fence fence(long revision) {
        return new Fence(
                store.identity(),
                List.of(new Condition.Unchanged("owner", revision), new Condition.Absent("stop")));
    }

    private long effects() throws SQLException {
        try (Foreign other = new Foreign(folder.resolve("work.db"))) {
            return other.number("SELECT count(*) FROM effects");
        }
    }

    private void fenced(Fence fence) throws SQLException {
        mine.run("INSERT INTO effects VALUES (1)");
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> SqliteStore.guard(mine.connection, fence));
        mine.connection.rollback();
        assertThat(effects()).isZero();
    }

    @Test
    void the_owner_commits_before_and_after_the_check() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        mine.run("INSERT INTO effects VALUES (1)");
        SqliteStore.guard(mine.connection, fence);
        mine.run("INSERT INTO effects VALUES (2)");
        mine.connection.commit();
        assertThat(effects()).isEqualTo(2);
    }

    @Test
    void a_former_owner_is_fenced() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        applied(store, "owner", "you");
        fenced(fence);
    }

    @Test
    void a_key_that_should_be_absent_fences() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        applied(store, "stop", "now");
        fenced(fence);
    }

    @Test
    void another_store_fences() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        fenced(new Fence(new StoreIdentity("sqlite-other-1"), fence.conditions()));
    }

    @Test
    void nobody_takes_over_between_the_check_and_the_commit() throws Exception {
        Fence fence = fence(applied(store, "owner", "me"));
        SqliteStore.guard(mine.connection, fence);

        CompletableFuture<CommitResult> eviction =
                CompletableFuture.supplyAsync(() -> store.commit(put("owner", "you")));
        assertThat(eviction.completeOnTimeout(WAITS, 300, TimeUnit.MILLISECONDS).get())
                .as("the eviction has to wait for the guarded transaction")
                .isEqualTo(WAITS);

        mine.run("INSERT INTO effects VALUES (1)");
        mine.connection.commit();
        assertThat(effects()).isEqualTo(1);
        fencedAfterEviction(fence);
    }

    private static final CommitResult WAITS = new CommitResult.Failed("still waiting");

    /** The eviction that waited lands now; from then on the fence is closed. */
    private void fencedAfterEviction(Fence fence) throws SQLException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Puts.value(store, "owner").equals("you")) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> SqliteStore.guard(mine.connection, fence));
        mine.connection.rollback();
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_has_read_an_older_state_is_refused() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        assertThat(mine.number("SELECT count(*) FROM effects")).isZero();
        applied(store, "owner", "you");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> SqliteStore.guard(mine.connection, fence));
        mine.connection.rollback();
    }

    @Test
    void a_connection_that_commits_by_itself_is_rejected() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        mine.connection.setAutoCommit(true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqliteStore.guard(mine.connection, fence));
    }
}
