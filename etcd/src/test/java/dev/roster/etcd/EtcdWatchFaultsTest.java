package dev.roster.etcd;

import static dev.roster.etcd.Puts.ALL;
import static dev.roster.etcd.Puts.applied;
import static dev.roster.etcd.Puts.delete;
import static dev.roster.etcd.Puts.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.RegisterRun;
import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Weather;
import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.EtcdServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a network and an operator can do to watches and commits. */
@Timeout(120)
final class EtcdWatchFaultsTest {
    private final EtcdServer server = SharedEtcd.get();
    private final TcpProxy proxy = TcpProxy.to(server.address(), Wire.ETCD);
    private final String namespace = SharedEtcd.newNamespace();
    private final Store cut = Store.open(server.url(proxy.address()) + "?namespace=" + namespace);
    private final Store store = Store.open(server.url() + "?timeout=10s&namespace=" + namespace);

    @AfterEach
    void close() {
        proxy.set(Weather.FAIR);
        cut.close();
        store.close();
        proxy.close();
    }

    private List<String> keys(List<Change> changes) {
        return changes.stream().map(Change::key).toList();
    }

    @Test
    void a_watch_whose_notices_are_all_lost_tells_them_when_they_are_no_more()
            throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        try (Watch watch = cut.watch(ALL, begin)) {
            // After four seconds of silence it looks by itself.
            long start = System.nanoTime();
            assertThat(watch.next(Duration.ofMillis(50))).isInstanceOf(Watch.Batch.Changes.class);
            proxy.set(Weather.FAIR.withoutNotices(true));
            applied(store, put("lost", ""));
            long last = applied(store, put("lost too", ""));
            while (System.nanoTime() - start < Duration.ofSeconds(3).toNanos()) {
                assertThat(watch.next(Duration.ofMillis(100)))
                        .isEqualTo(new Watch.Batch.Changes(List.of(), begin));
            }
            while (proxy.droppedNotices() == 0) {
                Thread.sleep(5);
            }
            proxy.set(Weather.FAIR);
            assertThat(keys(Puts.upTo(watch, last))).containsExactly("lost", "lost too");
        }
    }

    @Test
    void where_watches_never_say_anything_the_caller_is_told_to_read_again()
            throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        try (Watch watch = cut.watch(ALL, begin)) {
            proxy.set(Weather.FAIR.withoutNotices(true));
            applied(store, put("unheard", ""));
            Watch.Batch batch = new Watch.Batch.Changes(List.of(), begin);
            long start = System.nanoTime();
            while (batch instanceof Watch.Batch.Changes
                    && System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
                try {
                    batch = watch.next(Duration.ofMillis(100));
                } catch (StoreUnavailableException e) {
                    // It gave no sign of life, and begins anew.
                }
            }
            assertThat(batch).isInstanceOf(Watch.Batch.MustReread.class);
            assertThat(cut.read(Range.key("unheard")).entries()).hasSize(1);
        }
    }

    @Test
    void a_watch_goes_on_where_it_was_when_its_connection_is_torn() throws InterruptedException {
        long last = applied(store, put("begin", ""));
        List<String> told = new ArrayList<>();
        List<String> done = new ArrayList<>();
        try (Watch watch = cut.watch(ALL, last)) {
            for (int round = 0; round < 10; round++) {
                last = applied(store, put("k" + round, "v".repeat(2000)));
                done.add("k" + round);
                if (round % 3 == 1) {
                    proxy.tear();
                }
                told.addAll(keys(Puts.upTo(watch, last)));
            }
        }
        assertThat(told).isEqualTo(done);
    }

    @Test
    void a_watch_on_a_silent_connection_finds_another() throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        try (Watch watch = cut.watch(ALL, begin)) {
            assertThat(watch.next(Duration.ofMillis(50))).isInstanceOf(Watch.Batch.Changes.class);
            proxy.set(Weather.FAIR.withCut(false, true));
            long last = applied(store, put("unheard", ""));
            Thread.sleep(1000);
            proxy.set(Weather.FAIR);
            assertThat(keys(Puts.upTo(watch, last))).containsExactly("unheard");
        }
    }

    @Test
    void a_lost_reply_is_unknown_and_was_applied() throws InterruptedException {
        applied(cut, put("k", "1"));
        proxy.swallowReplies(300);
        CommitResult result = cut.commit(put("k", "2"));
        assertThat(result).isInstanceOf(CommitResult.Unknown.class);
        Bytes found = Bytes.utf8("1");
        while (found.equals(Bytes.utf8("1"))) {
            // A slow disk may still be at it.
            found = store.read(Range.key("k")).entries().getFirst().value();
        }
        assertThat(found).isEqualTo(Bytes.utf8("2"));
        Puts.eventually(cut, put("k", "3"));
    }

    @Test
    void the_history_of_a_key_is_linearizable_while_connections_break()
            throws InterruptedException {
        Thread breaking =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int round = 0; round < 1000; round++) {
                                    Thread.sleep(60);
                                    if (round % 3 == 0) {
                                        proxy.swallowReplies(20);
                                    } else {
                                        proxy.tear();
                                    }
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try {
            RegisterRun.judge(store, thread -> thread % 3 == 0 ? store : cut, "register", 6, 60, 1);
        } finally {
            breaking.interrupt();
            breaking.join();
        }
        assertThat(proxy.swallowed() + proxy.torn()).isPositive();
    }

    @Test
    void a_request_that_waits_on_the_way_is_unknown_and_may_be_applied_later()
            throws InterruptedException {
        applied(cut, put("k", "1"));
        proxy.set(Weather.FAIR.withCut(true, false));
        assertThat(cut.commit(put("late", "2"))).isInstanceOf(CommitResult.Unknown.class);
        proxy.set(Weather.FAIR);
        Puts.eventually(cut, put("k", "3"));
    }

    @Test
    void a_refused_connection_is_a_failure() {
        proxy.set(Weather.FAIR.withRefusing(true));
        CommitResult result = cut.commit(put("k", "1"));
        if (result instanceof CommitResult.Unknown) {
            // It left on the connection that was there, before that was closed.
            result = cut.commit(put("k", "1"));
        }
        assertThat(result).isInstanceOf(CommitResult.Failed.class);
    }

    @Test
    void a_watch_below_the_compacted_revision_has_to_read_again() throws InterruptedException {
        long begin = applied(store, put("a", ""));
        applied(store, put("b", ""));
        applied(store, put("c", ""));
        server.compact();
        try (Watch watch = store.watch(ALL, begin)) {
            assertThat(watch.next(Duration.ZERO)).isInstanceOf(Watch.Batch.MustReread.class);
        }
    }

    @Test
    void compaction_between_two_calls_of_a_watch_loses_nothing_silently()
            throws InterruptedException {
        long last = applied(store, put("a", ""));
        try (Watch watch = store.watch(ALL, last)) {
            Puts.upTo(watch, last);
            for (int round = 0; round < 20; round++) {
                applied(store, put("a", "" + round));
                last = applied(store, round % 2 == 0 ? delete("a") : put("b", "" + round));
                server.compact();
                assertThat(Puts.upTo(watch, last)).hasSize(2);
            }
        }
    }

    /** Before 3.4.31 and 3.5.13, etcd then begins with what came after the deletion. */
    @Test
    void a_deletion_at_the_compacted_revision_is_not_left_out() throws InterruptedException {
        applied(store, put("a", ""));
        applied(store, put("b", ""));
        long before = applied(store, put("c", ""));
        long deletion = applied(store, delete("b"));
        server.control("compact", "--physical=true", Long.toString(deletion));
        applied(store, put("d", ""));
        try (Watch watch = store.watch(ALL, before)) {
            Watch.Batch batch = watch.next(Duration.ofSeconds(5));
            if (batch instanceof Watch.Batch.Changes changes) {
                assertThat(keys(changes.changes())).startsWith("b");
            } else {
                assertThat(batch).isInstanceOf(Watch.Batch.MustReread.class);
            }
        }
    }

    @Test
    void commits_that_fill_several_messages_come_whole() throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        Bytes large = Bytes.of(new byte[200 << 10]);
        long last = begin;
        for (int round = 0; round < 20; round++) {
            List<Operation> operations = new ArrayList<>();
            for (int at = 0; at < 6; at++) {
                operations.add(new Operation.Put("k" + at, large));
            }
            last = applied(store, new Commit(null, List.of(), operations));
        }
        try (Watch watch = store.watch(ALL, begin)) {
            long told = begin;
            int changes = 0;
            while (told < last) {
                Watch.Batch batch = watch.next(Duration.ofSeconds(10));
                if (batch instanceof Watch.Batch.Changes some && !some.changes().isEmpty()) {
                    assertThat(some.changes().size() % 6).isZero();
                    changes += some.changes().size();
                    told = some.revision();
                }
            }
            assertThat(changes).isEqualTo(120);
        }
    }

    @Test
    void a_silent_watch_gets_on_past_what_others_do_in_this_etcd() throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        try (Watch watch = store.watch(ALL, begin)) {
            server.control("put", "somebody/else", "1");
            assertThat(Puts.upTo(watch, begin + 1)).isEmpty();
        }
    }

    @Test
    void what_an_operator_puts_among_the_entries_is_told_and_does_no_harm()
            throws InterruptedException {
        long begin = applied(store, put("begin", ""));
        try (Watch watch = store.watch(ALL, begin)) {
            server.control("put", namespace + ":e:by hand", "1");
            assertThat(keys(Puts.upTo(watch, begin + 1))).containsExactly("by hand");
        }
        Puts.applied(store, Puts.here(store, "k", "1"));
    }
}
