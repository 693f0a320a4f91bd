package dev.roster.redis;

import static dev.roster.redis.Commits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Ties;
import dev.roster.testkit.server.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What members cost the server, and what closing a store leaves behind. */
@Timeout(120)
final class RedisCostTest {
    private static final int MEMBERS = 6;

    private final RedisServer server = new RedisServer();
    private final List<RedisStore> stores = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    @AfterEach
    void close() {
        members.forEach(Member::cancel);
        stores.forEach(RedisStore::close);
        server.close();
    }

    private void join() throws InterruptedException {
        for (int member = 0; member < MEMBERS; member++) {
            RedisStore store = RedisStore.open(server.url());
            stores.add(store);
            members.add(Group.join(store, "idle", JoinOptions.defaults().withName("m" + member)));
        }
        await("all in the view", () -> members.stream().allMatch(this::seesAll));
    }

    private boolean seesAll(Member member) {
        return member.slot().map(slot -> slot.count() == MEMBERS).orElse(false);
    }

    private static boolean seesHeld(RedisStore store, String tie) {
        return store.ties().state(tie) == Ties.State.HELD;
    }

    private long calls(String command) {
        return server.command("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void an_idle_member_costs_little() throws InterruptedException {
        join();
        Thread.sleep(2000);
        long scripts = calls("eval");
        long writes = calls("xadd");
        long start = System.nanoTime();
        Thread.sleep(20_000);
        double seconds = (System.nanoTime() - start) / 1e9;
        double perSecond = (calls("eval") - scripts) / seconds / MEMBERS;
        double writesPerSecond = (calls("xadd") - writes) / seconds / MEMBERS;
        System.out.printf(
                "idle: %.2f scripts and %.2f writes a second for each of %d members%n",
                perSecond, writesPerSecond, MEMBERS);
        // A beat every 5 s, and a look, more often for the three that watch others' ties.
        assertThat(writesPerSecond).isLessThanOrEqualTo(0.3);
        assertThat(perSecond).isLessThanOrEqualTo(1.05);
    }

    @Test
    void nobody_is_told_of_a_quiet_commit() {
        RedisStore store = RedisStore.open(server.url());
        stores.add(store);
        Commit commit = Commits.put("k", "v");
        long before = calls("publish");
        assertThat(store.commit(commit.quietly())).isInstanceOf(CommitResult.Applied.class);
        assertThat(calls("publish")).isEqualTo(before);
        assertThat(store.commit(commit)).isInstanceOf(CommitResult.Applied.class);
        assertThat(calls("publish")).isEqualTo(before + 1);
    }

    @Test
    void a_member_whose_process_ends_is_taken_over_from_long_before_its_lease()
            throws InterruptedException {
        join();
        Thread.sleep(2000);
        // Who never saw it held does not know that it broke.
        String tie = stores.getLast().ties().own();
        await("its tie is seen", () -> seesHeld(stores.getFirst(), tie));
        // The connections end as those of a killed process do; its records stay.
        stores.get(MEMBERS - 1).close();
        long start = System.nanoTime();
        await(
                "a view without it",
                () ->
                        members.getFirst()
                                .slot()
                                .map(slot -> slot.count() == MEMBERS - 1)
                                .orElse(false));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void a_closed_store_leaves_no_thread_and_no_connection_behind() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int round = 0; round < 3; round++) {
            try (RedisStore store = RedisStore.open(server.url())) {
                Commits.applied(store, Commits.put("k", "" + round));
                store.watch(Commits.ALL, 0).close();
            }
        }
        await(
                "no thread of ours",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> !before.contains(thread))
                                .noneMatch(thread ->
                                        thread.getName().startsWith("roster-redis")
                                                || thread.getName().startsWith("lettuce")));
        await(
                "no connection",
                () -> server.command("INFO", "clients").contains("connected_clients:1\r\n"));
    }
}
