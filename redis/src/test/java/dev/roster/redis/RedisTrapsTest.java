package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.keys;
import static dev.roster.redis.Commits.mustBeAnotherStore;
import static dev.roster.redis.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.testkit.server.RedisServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known to go wrong with stores on Redis does not. */
@Timeout(90)
final class RedisTrapsTest {
    private static final int MANY = 2500;
    private static final int ROUNDS = 10;

    private final RedisServer shared = SharedServer.get();

    private static Commit puts(int from, int to, String value) {
        return new Commit(
                null,
                List.of(),
                IntStream.range(from, to)
                        .<Operation>mapToObj(
                                at -> new Operation.Put("p/%05d".formatted(at), Bytes.utf8(value)))
                        .toList());
    }

    @Test
    void everything_a_script_touches_has_one_hash_tag() {
        Names names = Names.of("n");
        List<byte[]> keys = new ArrayList<>(List.of(names.keys()));
        keys.addAll(List.of(names.rehearsalKeys()));
        Set<String> tags = new HashSet<>();
        for (byte[] key : keys) {
            tags.add(
                    new String(key, java.nio.charset.StandardCharsets.UTF_8)
                            .replaceAll("^[^{]*\\{([^}]+)}.*", "$1"));
        }
        assertThat(tags).containsExactly("n");
    }

    @Test
    void no_key_ever_expires() {
        String url = SharedServer.newUrl();
        try (Store store = Store.open(url)) {
            applied(store, put("k", "v"));
            String namespace = url.substring(url.lastIndexOf('=') + 1);
            for (byte[] key : Names.of(namespace).keys()) {
                String name = new String(key, java.nio.charset.StandardCharsets.UTF_8);
                assertThat(shared.command("TTL", name)).isIn(":-1\r\n", ":-2\r\n");
            }
        }
    }

    @Test
    void the_largest_commit_is_a_short_script() {
        shared.command("CONFIG", "SET", "slowlog-log-slower-than", "100000");
        try (Store store = Store.open(SharedServer.newUrl())) {
            int most = store.limits().operations();
            shared.command("SLOWLOG", "RESET");
            for (int round = 0; round < ROUNDS; round++) {
                applied(store, puts(0, most, "x".repeat(200)));
            }
            assertThat(store.read(ALL).entries()).hasSize(most);
        }
        // On a machine that is slow for a moment one or the other may be long.
        int found = Integer.parseInt(shared.command("SLOWLOG", "LEN").strip().substring(1));
        assertThat(found).as("long ones of %d", ROUNDS).isLessThan(4);
    }

    @Test
    void a_master_without_persistence_that_starts_again_is_another_life()
            throws InterruptedException {
        try (RedisServer server = new RedisServer("--appendonly", "no");
                Store store = Store.open(server.url())) {
            StoreIdentity former = store.identity();
            long highest = applied(store, put("k", "v"));
            server.kill();
            server.start();
            Commit meant = new Commit(former, List.of(), List.of());
            mustBeAnotherStore(store, meant);
            assertThat(keys(store)).isEmpty();
            assertThat(applied(store, put("k", "v"))).isGreaterThan(highest);
        }
    }

    @Test
    void the_driver_sends_nothing_again_on_another_connection() throws InterruptedException {
        try (RedisServer server = new RedisServer();
                Store store = Store.open(server.url() + "&timeout=1s")) {
            long before = applied(store, put("k", "0"));
            server.pause();
            assertThat(store.commit(put("k", "1"))).isInstanceOf(CommitResult.Unknown.class);
            server.resume();
            Commits.await("it applied", () -> Commits.read(store, ALL).revision() > before);
            Thread.sleep(500);
            assertThat(store.read(ALL).revision()).isEqualTo(before + 1);
        }
    }

    @Test
    void a_long_reading_is_of_one_revision_although_it_comes_in_pages()
            throws InterruptedException {
        try (Store store = Store.open(SharedServer.newUrl());
                Store other = Store.open(store.toString())) {
            int step = store.limits().operations();
            for (int from = 0; from < MANY; from += step) {
                applied(store, puts(from, Math.min(MANY, from + step), "0"));
            }
            applied(other, ends("1", false));
            AtomicBoolean over = new AtomicBoolean();
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int round = 2; !over.get(); round++) {
                                    applied(other, ends("" + round, round % 2 == 0));
                                }
                            });
            Set<String> seen = new HashSet<>();
            for (int round = 0; round < 60; round++) {
                Snapshot snapshot = store.read(Range.prefix("p/"));
                List<Entry> entries = snapshot.entries();
                Entry first = entries.getFirst();
                assertThat(first.key()).isEqualTo("p/00000");
                Entry end = entries.get(MANY - 1);
                assertThat(end.key()).isEqualTo("p/02499");
                assertThat(end.value()).isEqualTo(first.value());
                assertThat(end.modified()).isEqualTo(first.modified());
                boolean isEven = Integer.parseInt(first.value().toUtf8()) % 2 == 0;
                boolean isThere = entries.size() == MANY + 1;
                assertThat(isThere).isEqualTo(isEven);
                assertThat(entries).isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
                seen.add(first.value().toUtf8());
            }
            over.set(true);
            writer.join();
            assertThat(seen).hasSizeGreaterThan(5);
        }
    }

    /** Writes the first and the last of many keys, and one more that comes and goes with them. */
    private static Commit ends(String value, boolean isThere) {
        return new Commit(
                null,
                List.<Condition>of(),
                List.of(
                        new Operation.Put("p/00000", Bytes.utf8(value)),
                        new Operation.Put("p/02499", Bytes.utf8(value)),
                        isThere
                                ? new Operation.Put("p/99999", Bytes.utf8(value))
                                : new Operation.Delete("p/99999")));
    }
}
