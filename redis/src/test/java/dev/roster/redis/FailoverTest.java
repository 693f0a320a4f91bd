package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.await;
import static dev.roster.redis.Commits.keys;
import static dev.roster.redis.Commits.mustBeAnotherStore;
import static dev.roster.redis.Commits.mustReread;
import static dev.roster.redis.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.store.Durability;
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica takes over that lacks the last commits. */
@Timeout(120)
final class FailoverTest {
    private final RedisServer first = new RedisServer();
    private final RedisServer second =
            new RedisServer("--replicaof", "127.0.0.1", String.valueOf(first.address().getPort()));
    private @Nullable RedisServer sentinel;
    @TempDir private @Nullable Path folder;

    @AfterEach
    void close() {
        first.close();
        second.close();
        if (sentinel != null) {
            sentinel.close();
        }
    }

    private String both() {
        return "redis://127.0.0.1:%d,127.0.0.1:%d?acceptFailoverLoss=true"
                .formatted(first.address().getPort(), second.address().getPort());
    }

    private void awaitReplica() throws InterruptedException {
        await("a replica", () -> second.command("INFO", "replication").contains("link_status:up"));
    }

    /** The first server acknowledges something that the second never gets. */
    private long loseACommit(RedisStore store) throws InterruptedException {
        applied(store, put("kept", "1"));
        await("it there", () -> second.command("DBSIZE").startsWith(":4"));
        String offset = offset(first, "master_repl_offset");
        await(
                "all of it there",
                () ->
                        !offset(second, "slave_repl_offset").isEmpty()
                                && Long.parseLong(offset(second, "slave_repl_offset"))
                                        >= Long.parseLong(offset));
        second.pause();
        // Without that, it would be in the socket, and arrive.
        first.command("CLIENT", "KILL", "TYPE", "replica");
        long lost = applied(store, put("lost", "1"));
        first.kill();
        return lost;
    }

    private static String offset(RedisServer of, String name) {
        return of.command("INFO", "replication")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static void assertNoticed(
            RedisStore store, StoreIdentity former, long lost, Watch watch)
            throws InterruptedException {
        mustBeAnotherStore(store, new Commit(former, List.of(), List.of()));
        mustReread(watch);
        assertThat(keys(store)).containsExactly("kept");
        assertThat(applied(store, put("next", "1"))).isGreaterThan(lost);
        assertThat(store.identity()).isNotEqualTo(former);
    }

    @Test
    void a_promoted_replica_that_lost_commits_is_another_life() throws InterruptedException {
        awaitReplica();
        try (RedisStore store = RedisStore.open(both())) {
            StoreIdentity former = store.identity();
            assertThat(store.durability().failover()).isEqualTo(Durability.Loss.LAST_COMMITS);
            try (Watch watch = store.watch(ALL, store.read(ALL).revision())) {
                long lost = loseACommit(store);
                second.resume();
                second.command("REPLICAOF", "NO", "ONE");
                assertNoticed(store, former, lost, watch);
            }
        }
    }

    @Test
    void a_replica_that_nobody_promoted_is_not_used() throws InterruptedException {
        awaitReplica();
        try (RedisStore store = RedisStore.open(both())) {
            first.kill();
            // While the connection breaks, it is not known.
            Commits.await(
                    "nothing is sent any more",
                    () -> {
                        CommitResult result = store.commit(put("k", "1"));
                        assertThat(result).isNotInstanceOf(CommitResult.Applied.class);
                        return result instanceof CommitResult.Failed failed
                                && failed.why().contains("cannot be reached")
                                && failed.why().contains("is a replica of");
                    });
            assertThat(second.command("EXISTS", Names.of("default").entries())).startsWith(":0");
        }
    }

    @Test
    void sentinel_tells_who_took_over() throws InterruptedException, IOException {
        awaitReplica();
        RedisServer watchman = startSentinel();
        String url =
                "redis-sentinel://127.0.0.1:%d?master=shop".formatted(watchman.address().getPort());
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> RedisStore.open(url))
                .withMessageContaining("acceptFailoverLoss=true");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> RedisStore.open(url.replace("shop", "other")))
                .withMessageContaining("knows no server other");
        try (RedisStore store = RedisStore.open(url + "&acceptFailoverLoss=true")) {
            StoreIdentity former = store.identity();
            await(
                    "the sentinel to know the replica",
                    () -> watchman.command("INFO", "sentinel").contains("slaves=1"));
            try (Watch watch = store.watch(ALL, store.read(ALL).revision())) {
                long lost = loseACommit(store);
                second.resume();
                assertNoticed(store, former, lost, watch);
            }
        }
    }

    private RedisServer startSentinel() throws IOException {
        Path folder = this.folder;
        if (folder == null) {
            throw new IllegalStateException("no folder");
        }
        Path config = folder.resolve("sentinel.conf");
        Files.write(
                config,
                List.of(
                        "sentinel monitor shop 127.0.0.1 %d 1".formatted(first.address().getPort()),
                        "sentinel down-after-milliseconds shop 3000",
                        "sentinel failover-timeout shop 10000"));
        RedisServer started = RedisServer.sentinel(config);
        sentinel = started;
        return started;
    }
}
