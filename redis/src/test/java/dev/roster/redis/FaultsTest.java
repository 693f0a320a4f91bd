package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.await;
import static dev.roster.redis.Commits.delete;
import static dev.roster.redis.Commits.eventually;
import static dev.roster.redis.Commits.keys;
import static dev.roster.redis.Commits.put;
import static dev.roster.redis.Commits.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a commit answers is true, whatever is done to the server. */
@Timeout(90)
final class FaultsTest {
    private static final String BUSY_SCRIPT = "while true do end";

    private final RedisServer server = new RedisServer();
    private final RedisStore store = RedisStore.open(server.url());

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    @Test
    void a_commit_without_an_answer_is_unknown_and_may_come_true_later() {
        applied(store, put("before", "1"));
        server.pause();
        long start = System.nanoTime();
        assertThat(store.commit(put("late", "1"))).isInstanceOf(CommitResult.Unknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
        server.resume();
        // What was sent is in the server's hands, although the connection is gone.
        assertThat(eventually(store, put("after", "1"))).isInstanceOf(CommitResult.Applied.class);
        assertThat(keys(store)).contains("before", "after", "late");
    }

    @Test
    void without_a_server_nothing_happens_and_the_message_says_where() throws InterruptedException {
        server.kill();
        // As long as the old connection is known, it is not certain that nothing was sent.
        await(
                "nothing is sent any more",
                () -> {
                    CommitResult result = store.commit(put("k", "1"));
                    assertThat(result).isNotInstanceOf(CommitResult.Applied.class);
                    return result instanceof CommitResult.Failed;
                });
        assertThat(store.commit(put("k", "1")))
                .isInstanceOfSatisfying(
                        CommitResult.Failed.class,
                        failed ->
                                assertThat(failed.why())
                                        .contains("127.0.0.1:" + server.address().getPort())
                                        .contains("is it running"));
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> store.read(ALL))
                .withMessageContaining("127.0.0.1:" + server.address().getPort());
        server.start();
        applied(store, put("l", "1"));
        assertThat(keys(store)).containsExactly("l");
    }

    @Test
    void every_answer_under_kills_is_true() throws InterruptedException {
        Queue<String> applied = new ConcurrentLinkedQueue<>();
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        List<Thread> writers = new ArrayList<>();
        AtomicBoolean isOver = new AtomicBoolean();
        for (int writer = 0; writer < 16; writer++) {
            String name = "w" + writer + "/";
            writers.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int at = 0; !isOver.get(); at++) {
                                    switch (store.commit(put(name + at, "1"))) {
                                        case CommitResult.Applied yes -> applied.add(name + at);
                                        case CommitResult.Failed no -> failed.add(name + at);
                                        case CommitResult.Unknown unknown -> {}
                                        case CommitResult other -> throw new AssertionError(other);
                                    }
                                }
                            }));
        }
        for (int kill = 0; kill < 3; kill++) {
            int written = applied.size() + 100;
            await("commits are applied", () -> applied.size() > written);
            Thread.sleep(300);
            server.kill();
            int refused = failed.size();
            await("commits fail", () -> failed.size() > refused);
            server.start();
        }
        isOver.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        List<String> keys = keys(store);
        assertThat(keys).containsAll(applied).doesNotContainAnyElementsOf(failed);
    }

    @Test
    void with_memory_full_a_commit_fails_whole_and_deleting_goes_on() {
        Operation.Put large = new Operation.Put("large", Bytes.of(new byte[200_000]));
        applied(store, put("k", "1"));
        applied(store, put("l", "1"));
        server.command("CONFIG", "SET", "maxmemory", "1mb");
        Commit two =
                new Commit(
                        null, List.of(), List.of(new Operation.Put("m", Bytes.utf8("1")), large));
        assertThat(store.commit(two))
                .isInstanceOfSatisfying(
                        CommitResult.Failed.class,
                        failed -> assertThat(failed.why()).contains("OOM"));
        assertThat(keys(store)).containsExactly("k", "l");
        applied(store, delete("k"));
        assertThat(keys(store)).containsExactly("l");
        server.command("CONFIG", "SET", "maxmemory", "0");
        applied(store, two);
        assertThat(keys(store)).containsExactly("l", "large", "m");
    }

    @Test
    void while_a_script_of_others_runs_commits_fail_and_then_go_on() throws InterruptedException {
        server.command("CONFIG", "SET", "lua-time-limit", "50");
        Thread busy =
                Thread.ofPlatform()
                        .start(() ->
                                assertThat(server.command("EVAL", BUSY_SCRIPT, "0")).isNotEmpty());
        await("a busy server", () -> server.command("PING").startsWith("-BUSY"));
        CommitResult result = store.commit(put("k", "1"));
        assertThat(result)
                .isInstanceOfSatisfying(
                        CommitResult.Failed.class,
                        failed -> assertThat(failed.why()).contains("BUSY"));
        server.command("SCRIPT", "KILL");
        busy.join();
        applied(store, put("l", "1"));
        assertThat(keys(store)).containsExactly("l");
    }

    @Test
    void a_replica_is_not_written_to() {
        server.command("REPLICAOF", "127.0.0.1", "1");
        assertThat(store.commit(put("k", "1")))
                .isInstanceOfSatisfying(
                        CommitResult.Failed.class,
                        failed -> assertThat(failed.why()).contains("READONLY"));
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> RedisStore.open(server.url()))
                .withMessageContaining("replica of 127.0.0.1:1");
        server.command("REPLICAOF", "NO", "ONE");
        applied(store, put("k", "1"));
    }

    @Test
    void a_watch_goes_on_when_its_listening_connection_is_cut() throws InterruptedException {
        long last = applied(store, put("k", "0"));
        try (Watch watch = store.watch(ALL, last)) {
            for (int round = 1; round <= 5; round++) {
                server.command("CLIENT", "KILL", "TYPE", "pubsub");
                last = applied(store, put("k", "" + round));
                assertThat(next(watch)).isEqualTo(last);
            }
        }
    }

    @Test
    void a_watch_goes_on_when_all_connections_are_cut() throws InterruptedException {
        long last = applied(store, put("k", "0"));
        try (Watch watch = store.watch(ALL, last)) {
            for (int round = 1; round <= 5; round++) {
                server.command("CLIENT", "KILL", "SKIPME", "yes");
                long before = last;
                last = untilApplied(put("k", "" + round));
                long told = next(watch);
                while (told < last) {
                    // One that had no answer was applied, too.
                    assertThat(told).isGreaterThan(before);
                    told = next(watch);
                }
            }
        }
    }

    private long untilApplied(Commit commit) {
        while (true) {
            if (eventually(store, commit) instanceof CommitResult.Applied done) {
                return done.revision();
            }
        }
    }

    /** The revision of the last change that a watch tells next. */
    private static long next(Watch watch) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            try {
                if (watch.next(Duration.ofMillis(200)) instanceof Watch.Batch.Changes changes
                        && !changes.changes().isEmpty()) {
                    return changes.changes().getLast().revision();
                }
            } catch (StoreUnavailableException e) {
                // It goes on where it was.
                assertThat(e).hasMessageContaining("Redis");
            }
        }
        throw new AssertionError("The watch said nothing for a long time");
    }

    @Test
    void an_entry_that_is_not_one_is_an_error_and_not_a_hang() {
        applied(store, put("good", "1"));
        server.command("HSET", Names.of("test").entries(), "good", "rubbish");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store.read(ALL))
                .withMessageContaining("not one of Roster's");
        assertThat(read(store, ALL.limit(0)).entries()).isEmpty();
    }
}
