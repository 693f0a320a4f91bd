package dev.roster.etcd;

import static dev.roster.etcd.Puts.ALL;
import static dev.roster.etcd.Puts.applied;
import static dev.roster.etcd.Puts.eventually;
import static dev.roster.etcd.Puts.here;
import static dev.roster.etcd.Puts.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.server.EtcdServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done to the server itself. */
@Timeout(120)
final class EtcdServerFaultsTest {
    private final EtcdServer server = new EtcdServer();
    private final Store store = Store.open(server.url());

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    @Test
    void a_commit_while_nobody_listens_failed_and_did_nothing() throws InterruptedException {
        applied(store, put("k", "1"));
        server.kill();
        CommitResult first = store.commit(put("k", "2"));
        // The first may meet the old connection, whose end was not heard of yet.
        assertThat(first).isInstanceOfAny(CommitResult.Failed.class, CommitResult.Unknown.class);
        assertThat(store.commit(put("l", "2"))).isInstanceOf(CommitResult.Failed.class);
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> store.read(ALL))
                .withMessageContaining("127.0.0.1:" + server.address().getPort());
        server.start();
        eventually(store, put("m", "3"));
        assertThat(store.read(ALL).entries()).extracting(Entry::key).doesNotContain("l");
    }

    @Test
    void a_server_that_comes_back_is_the_same_store() throws InterruptedException {
        StoreIdentity identity = store.identity();
        long revision = applied(store, put("k", "1"));
        try (Watch watch = store.watch(ALL, revision)) {
            server.kill();
            server.start();
            long next = eventually(store, here(store, "k", "2"));
            assertThat(Puts.upTo(watch, next)).isNotEmpty();
        }
        assertThat(store.identity()).isEqualTo(identity);
    }

    @Test
    void a_commit_to_a_frozen_server_is_unknown_and_the_next_is_not() throws InterruptedException {
        applied(store, put("k", "1"));
        server.pause();
        long start = System.nanoTime();
        CommitResult result = store.commit(put("late", "2"));
        assertThat(result).isInstanceOf(CommitResult.Unknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        server.resume();
        eventually(store, put("l", "3"));
        // Whether etcd met the request or its withdrawal first when it went on is by chance.
        assertThat(store.read(ALL).entries())
                .extracting(Entry::key)
                .contains("k", "l")
                .isSubsetOf("k", "l", "late");
    }

    @Test
    void a_restored_older_state_refuses_what_was_meant_for_the_later_one() {
        applied(store, put("k", "1"));
        server.backup();
        StoreIdentity before = store.identity();
        long seen = applied(store, here(store, "k", "2"));
        server.restore();
        CommitResult result = afterRestore(here(store, "k", "3"), before);
        assertThat(result).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(store.identity()).isNotEqualTo(before);
        assertThat(store.read(ALL).entries())
                .extracting(entry -> entry.value().toUtf8())
                .containsExactly("1");
        assertThat(seen).isPositive();
    }

    /** The first call meets the dead connection; the commit names the life of before. */
    private CommitResult afterRestore(dev.roster.Commit commit, StoreIdentity before) {
        dev.roster.Commit meant =
                new dev.roster.Commit(before, commit.conditions(), commit.operations());
        CommitResult result = store.commit(meant);
        for (int tries = 0; tries < 20 && isNoAnswer(result); tries++) {
            result = store.commit(meant);
        }
        return result;
    }

    private static boolean isNoAnswer(CommitResult result) {
        return result instanceof CommitResult.Failed || result instanceof CommitResult.Unknown;
    }

    @Test
    void the_refusal_of_a_restored_state_does_not_need_a_read_before() throws Exception {
        applied(store, put("k", "1"));
        server.backup();
        StoreIdentity before = store.identity();
        // What another knows nothing of, and would hold there again.
        dev.roster.Commit meant = here(store, "new", "x", new Condition.Absent("new"));
        for (int lost = 0; lost < 5; lost++) {
            applied(store, here(store, "k", "2"));
        }
        server.restore();
        try (Store other = Store.open(server.url())) {
            assertThat(other.identity()).isEqualTo(before);
            // It knows the restored state only, and may well use it.
            applied(other, here(other, "o", "1"));
        }
        assertThat(afterRestore(meant, before)).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(store.read(ALL).entries()).extracting(Entry::key).doesNotContain("new");
    }

    @Test
    void a_watch_on_a_restored_state_has_to_read_again() throws InterruptedException {
        applied(store, put("k", "1"));
        server.backup();
        long revision = applied(store, put("k", "2"));
        try (Watch watch = store.watch(ALL, revision)) {
            assertThat(watch.next(Duration.ofMillis(100))).isInstanceOf(Watch.Batch.Changes.class);
            server.restore();
            assertThat(Puts.mustReread(watch)).isNotEmpty();
        }
    }

    @Test
    void a_wiped_store_is_another_one() {
        StoreIdentity before = store.identity();
        applied(store, put("k", "1"));
        server.wipe();
        assertThat(afterRestore(put("k", "2"), before)).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(store.identity()).isNotEqualTo(before);
        assertThat(store.read(ALL).entries()).isEmpty();
    }

    @Test
    void an_empty_server_in_the_same_place_is_another_store() {
        StoreIdentity before = store.identity();
        applied(store, put("k", "1"));
        server.startEmpty();
        assertThat(afterRestore(put("k", "2"), before)).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(store.read(ALL).entries()).isEmpty();
    }
}
