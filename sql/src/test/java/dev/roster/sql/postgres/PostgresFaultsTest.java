package dev.roster.sql.postgres;

import static dev.roster.sql.Puts.ALL;
import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.put;
import static dev.roster.sql.Puts.putIn;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.server.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is killed, frozen, put back, emptied and replaced by its standby. */
@Timeout(120)
final class PostgresFaultsTest {
    private static PostgresServer server = unopened();

    private Store store = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start("wal_level=replica", "max_wal_senders=4");
    }

    @AfterAll
    static void endServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.wipe();
        store = Store.open(server.url());
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Tries until it succeeds; how a store gets on after trouble. */
    private static <T> T eventually(Supplier<T> tried) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return tried.get();
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(String.valueOf(e.getMessage())).isLessThan(end);
                Thread.sleep(50);
            }
        }
    }

    private static void eventuallyApplied(Store by, String key, String value)
            throws InterruptedException {
        eventually(() -> {
            CommitResult result = by.commit(put(key, value));
            if (result instanceof CommitResult.Applied) {
                return true;
            }
            throw new StoreUnavailableException(result.toString());
        });
    }

    @Test
    void what_was_acknowledged_survives_a_kill_and_the_store_goes_on_as_the_same()
            throws InterruptedException {
        for (int n = 0; n < 200; n++) {
            applied(store, "k" + n, "v" + n);
        }
        StoreIdentity before = store.identity();
        long revision = store.read(ALL).revision();
        try (Watch watch = store.watch(ALL, revision)) {
            server.kill();
            assertThat(store.commit(put("k", "v")))
                    .isInstanceOfAny(CommitResult.Failed.class, CommitResult.Unknown.class);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read(ALL));
            server.start();
            Snapshot after = eventually(() -> store.read(ALL));
            assertThat(after.identity()).isEqualTo(before);
            assertThat(after.entries()).hasSizeBetween(200, 201);
            eventuallyApplied(store, "new", "1");
            assertThat(eventually(() -> nextNews(watch))).isInstanceOf(Watch.Batch.Changes.class);
        }
    }

    private static Watch.Batch nextNews(Watch watch) {
        try {
            for (int tries = 0; tries < 100; tries++) {
                Watch.Batch batch = watch.next(Duration.ofMillis(200));
                if (!(batch instanceof Watch.Batch.Changes changes)
                        || !changes.changes().isEmpty()) {
                    return batch;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("The watch said nothing");
    }

    @Test
    void a_frozen_server_leaves_nobody_hanging_and_nothing_that_failed_is_applied_later()
            throws InterruptedException {
        applied(store, "k", "0");
        List<String> unknown = new ArrayList<>();
        server.pause();
        long begin = System.nanoTime();
        for (int n = 0; n < 3; n++) {
            CommitResult result = store.commit(put("frozen" + n, "v"));
            if (result instanceof CommitResult.Unknown) {
                unknown.add("frozen" + n);
            } else {
                assertThat(result).isInstanceOf(CommitResult.Failed.class);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(unknown).as("the first was under way").isNotEmpty();
        server.resume();
        eventuallyApplied(store, "after", "v");
        Thread.sleep(500);
        List<String> found =
                eventually(() -> store.read(ALL)).entries().stream()
                        .map(entry -> entry.key())
                        .filter(key -> key.startsWith("frozen"))
                        .toList();
        assertThat(unknown).containsAll(found);
    }

    @Test
    void an_older_state_put_back_is_another_store() throws InterruptedException {
        applied(store, "k", "old");
        server.backup();
        eventuallyApplied(store, "k", "new");
        Snapshot before = store.read(ALL);
        try (Watch watch = store.watch(ALL, before.revision())) {
            server.restore();
            Snapshot after = eventually(() -> store.read(ALL));
            assertThat(after.identity()).isNotEqualTo(before.identity());
            assertThat(after.revision()).isGreaterThan(before.revision());
            assertThat(value(store, "k")).isEqualTo("old");
            assertThat(store.commit(putIn(before.identity(), "k", "late")))
                    .isEqualTo(new CommitResult.OtherStore(after.identity()));
            assertThat(eventually(() -> nextNews(watch)))
                    .isInstanceOf(Watch.Batch.MustReread.class);
            assertThat(store.commit(putIn(after.identity(), "k", "on")))
                    .isInstanceOf(CommitResult.Applied.class);
        }
    }

    private static final String AS_A_NEWCOMER =
            """
            DO $$ BEGIN FOR n IN 1..10 LOOP
                PERFORM * FROM roster.roster_commit_1('', 0, 0, 'x', n, ARRAY[NULL]::text[],
                    ARRAY[]::int[], ARRAY[]::bytea[], ARRAY[]::bigint[],
                    ARRAY[1], ARRAY['other'::bytea], ARRAY['v'::bytea], 1000, 2);
            END LOOP; END $$
            """;

    @Test
    void a_newcomer_lets_those_speak_first_who_have_seen_more() throws InterruptedException {
        applied(store, "k", "old");
        server.backup();
        eventuallyApplied(store, "k", "new");
        Snapshot before = store.read(ALL);
        server.restore();
        try (Store newcomer = Store.open(server.url())) {
            // The former member has nothing to do, and follows the changes as always.
            assertThat(newcomer.identity()).isNotEqualTo(before.identity());
            assertThat(newcomer.read(ALL).revision()).isGreaterThan(before.revision());
        }
    }

    @Test
    void an_older_state_that_others_have_written_on_is_another_store_too()
            throws InterruptedException {
        applied(store, "k", "old");
        server.backup();
        eventuallyApplied(store, "k", "new");
        Snapshot before = store.read(ALL);
        server.restore();
        // Somebody who has seen nothing brings the store past the revision that was seen.
        server.sql(AS_A_NEWCOMER);
        CommitResult result = store.commit(putIn(before.identity(), "k", "late"));
        while (result instanceof CommitResult.Failed || result instanceof CommitResult.Unknown) {
            Thread.sleep(50);
            result = store.commit(putIn(before.identity(), "k", "late"));
        }
        assertThat(result).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(value(store, "k")).isEqualTo("old");
    }

    @Test
    void dropped_tables_are_made_again_as_another_store() throws InterruptedException {
        applied(store, "k", "v");
        Snapshot before = store.read(ALL);
        server.wipe();
        eventuallyApplied(store, "k", "new");
        Snapshot after = eventually(() -> store.read(ALL));
        assertThat(after.identity()).isNotEqualTo(before.identity());
        assertThat(after.revision()).isGreaterThan(before.revision());
        assertThat(after.entries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM roster.roster_meta",
                "TRUNCATE roster.roster_meta",
                "TRUNCATE roster.roster_entries",
                "TRUNCATE roster.roster_changes",
                "TRUNCATE roster.roster_changes, roster.roster_entries, roster.roster_meta"
            })
    void a_table_that_was_emptied_makes_another_store(String emptying) throws InterruptedException {
        applied(store, "k", "v");
        Snapshot before = store.read(ALL);
        try (Watch watch = store.watch(ALL, before.revision())) {
            server.sql(emptying);
            assertThat(store.read(ALL).identity()).isNotEqualTo(before.identity());
            assertThat(store.commit(putIn(before.identity(), "k", "late")))
                    .isInstanceOf(CommitResult.OtherStore.class);
            assertThat(nextNews(watch)).isInstanceOf(Watch.Batch.MustReread.class);
        }
    }

    @Test
    void a_standby_is_refused_and_one_that_took_over_without_the_last_commits_is_another_store()
            throws InterruptedException {
        applied(store, "k", "old");
        StoreIdentity before = store.identity();
        try (PostgresServer standby = server.startStandby()) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> Store.open(standby.url()))
                    .withMessageContaining("standby")
                    .withMessageContaining("primary");
            standby.stop();
            applied(store, "k", "lost");
            server.pause();
            standby.start();
            standby.promote();
            try (Store next = Store.open(standby.url())) {
                assertThat(value(next, "k")).isEqualTo("old");
                assertThat(next.identity()).isNotEqualTo(before);
                assertThat(next.commit(putIn(before, "k", "late")))
                        .isEqualTo(new CommitResult.OtherStore(next.identity()));
            }
        } finally {
            server.resume();
        }
    }

    @Test
    void a_server_that_can_lose_commits_is_refused() {
        server.sql("ALTER SYSTEM SET synchronous_commit = off");
        server.sql("SELECT pg_reload_conf()");
        try {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> openOnceReloaded("synchronous_commit = off"))
                    .withMessageContaining("synchronous_commit = off")
                    .withMessageContaining("set it to on");
            // One that is open already does not rely on the setting.
            applied(store, "k", "v");
        } finally {
            server.sql("ALTER SYSTEM RESET synchronous_commit");
            server.sql("SELECT pg_reload_conf()");
        }
        server.sql("ALTER ROLE postgres SET default_transaction_read_only = on");
        try {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> Store.open(server.url()))
                    .withMessageContaining("read-only");
        } finally {
            server.sql(
                    "BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT");
        }
    }

    private static void openOnceReloaded(String why) {
        for (int tries = 0; tries < 100; tries++) {
            Store.open(server.url()).close();
        }
        throw new AssertionError("It was never refused: " + why);
    }

    @Test
    void a_server_without_fsync_is_refused() {
        try (PostgresServer careless = PostgresServer.start("fsync=off")) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> Store.open(careless.url()))
                    .withMessageContaining("fsync = off")
                    .withMessageContaining("set fsync = on");
        }
    }
}
