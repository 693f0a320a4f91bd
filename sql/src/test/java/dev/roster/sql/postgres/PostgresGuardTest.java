package dev.roster.sql.postgres;

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
import dev.roster.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's own transaction takes effect only while the fence holds. */
@Timeout(30)
final class PostgresGuardTest {
    private final String schema = SharedPostgres.newSchema();
    private final String effects = "effects_" + schema;
    private Store store = unopened();
    private Connection mine = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(SharedPostgres.url(schema));
        mine = connect();
        PostgresSchema.execute(mine, "CREATE TABLE " + effects + " (n integer)");
        mine.setAutoCommit(false);
    }

    private Connection connect() throws SQLException {
        return ConnectionSource.of(PostgresUrl.parse(SharedPostgres.url(schema))).connect(20);
    }

    @AfterEach
    void close() throws SQLException {
        mine.close();
        store.close();
    }

    private Fence fence(long revision) {
        return new Fence(store.identity(), List.of(new Condition.Unchanged("owner", revision)));
    }

    private void effect() throws SQLException {
        PostgresSchema.execute(mine, "INSERT INTO " + effects + " VALUES (1)");
    }

    private long effects() throws SQLException {
        try (Connection other = connect()) {
            return Long.parseLong(
                    PostgresSchema.text(other, "SELECT count(*)::text FROM " + effects));
        }
    }

    private void fenced(Fence fence) throws SQLException {
        effect();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> PostgresStore.guard(mine, schema, fence));
        mine.rollback();
        assertThat(effects()).isZero();
    }

    @Test
    void the_owner_commits_before_and_after_the_check() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        effect();
        PostgresStore.guard(mine, schema, fence);
        effect();
        mine.commit();
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
        applied(store, "stop", "now");
        fenced(new Fence(store.identity(), List.of(new Condition.Absent("stop"))));
    }

    @Test
    void another_store_fences() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        fenced(new Fence(new StoreIdentity("postgresql-1-1-x"), fence.conditions()));
    }

    @Test
    void nobody_takes_over_between_the_check_and_the_commit_and_others_go_on() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        PostgresStore.guard(mine, schema, fence);

        int slow = 0;
        for (int n = 0; n < 20; n++) {
            // A guarded transaction that says nothing for five seconds is ended.
            assertThat(PostgresSchema.text(mine, "SELECT 1")).isEqualTo("1");
            assertThat(store.commit(put("owner", "you")))
                    .isInstanceOfSatisfying(
                            CommitResult.Failed.class,
                            failed -> assertThat(failed.why()).contains("another transaction"));
            long begin = System.nanoTime();
            applied(store, "beat", "n" + n);
            slow += System.nanoTime() - begin < Duration.ofSeconds(1).toNanos() ? 0 : 1;
        }
        // A busy machine delays one now and then.
        assertThat(slow).isLessThan(3);

        effect();
        mine.commit();
        assertThat(effects()).isEqualTo(1);
        applied(store, "owner", "you");
        fenced(fence, 1);
    }

    private void fenced(Fence fence, long before) throws SQLException {
        effect();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> PostgresStore.guard(mine, schema, fence));
        mine.rollback();
        assertThat(effects()).isEqualTo(before);
    }

    @Test
    void nobody_creates_what_should_be_absent_before_the_commit() throws SQLException {
        PostgresStore.guard(
                mine, schema, new Fence(store.identity(), List.of(new Condition.Absent("stop"))));
        assertThat(store.commit(put("stop", "now"))).isInstanceOf(CommitResult.Failed.class);
        mine.commit();
        applied(store, "stop", "now");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_transaction_that_has_read_an_older_state_is_refused(int isolation) throws SQLException {
        mine.setTransactionIsolation(isolation);
        Fence fence = fence(applied(store, "owner", "me"));
        assertThat(PostgresSchema.text(mine, "SELECT count(*)::text FROM " + effects))
                .isEqualTo("0");
        applied(store, "owner", "you");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> PostgresStore.guard(mine, schema, fence));
        mine.rollback();
    }

    @Test
    void a_program_frozen_in_its_guarded_transaction_does_not_keep_its_key_for_ever()
            throws Exception {
        Fence fence = fence(applied(store, "owner", "me"));
        PostgresStore.guard(mine, schema, fence);
        effect();
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!(store.commit(put("owner", "you")) instanceof CommitResult.Applied)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(100);
        }
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> mine.commit());
        assertThat(effects()).isZero();
    }

    @Test
    void a_connection_that_commits_by_itself_is_rejected() throws SQLException {
        Fence fence = fence(applied(store, "owner", "me"));
        mine.setAutoCommit(true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresStore.guard(mine, schema, fence));
    }
}
