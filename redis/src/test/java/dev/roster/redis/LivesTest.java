package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.mustBeAnotherStore;
import static dev.roster.redis.Commits.mustReread;
import static dev.roster.redis.Commits.put;
import static dev.roster.redis.Commits.read;
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
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server that forgets, goes back in time or starts anew is noticed before anything is written.
 */
final class LivesTest {
    private final RedisServer server = new RedisServer();
    private final RedisStore a = RedisStore.open(server.url());
    private final RedisStore b = RedisStore.open(server.url());

    @AfterEach
    void close() {
        a.close();
        b.close();
        server.close();
    }

    private void assertNoticed(StoreIdentity former, long highest) throws InterruptedException {
        Commit meant =
                new Commit(
                        former,
                        List.of(),
                        List.of(new Operation.Put("late", Bytes.utf8("for the former life"))));
        mustBeAnotherStore(b, meant);
        mustBeAnotherStore(a, meant);
        Snapshot now = read(a, ALL);
        assertThat(now.identity()).isNotEqualTo(former);
        assertThat(read(b, ALL).identity()).isEqualTo(now.identity());
        assertThat(now.entries()).extracting(Entry::key).doesNotContain("late");
        assertThat(applied(a, put("next", "1"))).isGreaterThan(highest);
    }

    @Test
    void a_flush_of_all_begins_another_life() throws InterruptedException {
        StoreIdentity former = a.identity();
        long highest = applied(a, put("k", "v"));
        try (Watch watch = b.watch(ALL, b.read(ALL).revision())) {
            server.wipe();
            assertNoticed(former, highest);
            mustReread(watch);
        }
        assertThat(b.read(Range.key("k")).entries()).isEmpty();
    }

    @Test
    void a_flush_is_noticed_by_a_watch_that_only_waits() throws InterruptedException {
        applied(a, put("k", "v"));
        try (Watch watch = a.watch(ALL, a.read(ALL).revision())) {
            server.wipe();
            mustReread(watch);
        }
    }

    @Test
    void a_restored_older_state_begins_another_life_whoever_comes_first()
            throws InterruptedException {
        applied(a, put("k", "old"));
        StoreIdentity former = b.identity();
        server.backup();
        long highest = applied(a, put("k", "new"));
        try (Watch watch = a.watch(ALL, highest)) {
            server.restore();
            // The one that has not seen what was lost comes first.
            assertNoticed(former, highest - 1);
            mustReread(watch);
        }
        assertThat(read(a, Range.key("k")).entries())
                .extracting(entry -> entry.value().toUtf8())
                .containsExactly("old");
        assertThat(applied(a, put("k", "newer"))).isGreaterThan(highest);
    }

    @Test
    void a_killed_server_loses_nothing_that_was_acknowledged_and_begins_another_life()
            throws InterruptedException {
        StoreIdentity former = a.identity();
        long highest = applied(a, put("k", "v"));
        try (Watch watch = a.watch(ALL, highest)) {
            server.kill();
            server.start();
            assertNoticed(former, highest);
            mustReread(watch);
        }
        assertThat(read(a, Range.key("k")).entries()).hasSize(1);
    }

    @Test
    void scripts_that_a_restart_forgot_are_loaded_again() {
        applied(a, put("k", "v"));
        server.command("SCRIPT", "FLUSH");
        long revision = applied(a, put("k", "w"));
        assertThat(a.read(ALL).revision()).isEqualTo(revision);
    }

    @Test
    void a_content_that_went_back_within_a_run_is_noticed_by_who_saw_more()
            throws InterruptedException {
        long first = applied(a, put("k", "v"));
        StoreIdentity former = a.identity();
        applied(a, put("k", "w"));
        String meta = Names.of("test").meta();
        server.command("HSET", meta, "revision", String.valueOf(first));
        Commit meant = new Commit(former, List.of(), List.of());
        assertThat(a.commit(meant)).isInstanceOf(CommitResult.OtherStore.class);
        assertThat(b.commit(meant)).isInstanceOf(CommitResult.OtherStore.class);
    }

    @Test
    void a_position_of_a_former_life_is_not_taken_for_one_of_this() throws InterruptedException {
        long position = applied(a, put("k", "v"));
        server.wipe();
        for (int more = 0; more < 10; more++) {
            applied(b, put("k" + more, "v"));
        }
        assertThat(a.read(ALL).revision()).isGreaterThan(position);
        try (Watch watch = a.watch(ALL, position)) {
            assertThat(watch.next(Duration.ZERO)).isInstanceOf(Watch.Batch.MustReread.class);
        }
    }

    @Test
    void a_stream_that_somebody_trimmed_is_a_gap_that_is_told() throws InterruptedException {
        long position = applied(a, put("k", "1"));
        applied(a, put("k", "2"));
        server.command("XTRIM", Names.of("test").prefix() + "changes", "MAXLEN", "1");
        long last = applied(a, put("k", "3"));
        try (Watch watch = b.watch(ALL, position - 1)) {
            mustReread(watch);
        }
        try (Watch watch = b.watch(ALL, last - 1)) {
            assertThat(watch.next(Duration.ofSeconds(20)))
                    .isInstanceOfSatisfying(
                            Watch.Batch.Changes.class,
                            changes -> assertThat(changes.changes()).hasSize(1));
        }
    }

    @Test
    void a_key_that_was_deleted_by_hand_does_not_pass_for_another_revision() {
        long revision = applied(a, put("k", "1"));
        Commit claim =
                new Commit(
                        a.identity(),
                        List.of(new Condition.Unchanged("k", revision)),
                        List.of(new Operation.Put("k", Bytes.utf8("2"))));
        server.command("HDEL", Names.of("test").entries(), "k");
        assertThat(a.commit(claim)).isInstanceOf(CommitResult.Refused.class);
    }
}
