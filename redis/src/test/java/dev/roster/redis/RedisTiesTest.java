package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.await;
import static dev.roster.redis.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Ties;
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ties tell of a process's end, and of nothing else. */
@Timeout(60)
final class RedisTiesTest {
    private final RedisServer server = new RedisServer();
    private final RedisStore holder = RedisStore.open(server.url());
    private final RedisStore observer = RedisStore.open(server.url());
    private final String tie = holder.ties().own();

    @AfterEach
    void close() {
        holder.close();
        observer.close();
        server.close();
    }

    private Ties.State state() {
        return observer.ties().state(tie);
    }

    /** What is told in this time, asked as members do. */
    private List<Ties.State> states(Duration time) throws InterruptedException {
        return states(tie, time);
    }

    private List<Ties.State> states(String of, Duration time) throws InterruptedException {
        List<Ties.State> states = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            states.add(observer.ties().state(of));
            Thread.sleep(50);
        }
        return states;
    }

    @Test
    void a_tie_is_held_while_its_store_is_open_and_broken_soon_after() throws InterruptedException {
        await("seen", () -> state() == Ties.State.HELD);
        assertThat(states(Duration.ofSeconds(3))).containsOnly(Ties.State.HELD);
        List<Duration> took = new ArrayList<>();
        took.add(untilBroken(holder));
        assertThat(holder.ties().state(tie)).isEqualTo(Ties.State.BROKEN);
        RedisStore other = RedisStore.open(server.url());
        String next = other.ties().own();
        await("the next is seen", () -> observer.ties().state(next) == Ties.State.HELD);
        took.add(untilBroken(other));
        // The machine may have been slow during one of them.
        assertThat(took)
                .allMatch(time -> time.toMillis() >= 250)
                .anyMatch(time -> time.toMillis() <= 2800);
    }

    /** Closes it; how long after that its tie is told to be broken. */
    private Duration untilBroken(RedisStore store) throws InterruptedException {
        String its = store.ties().own();
        long start = System.nanoTime();
        store.close();
        await("the break", () -> observer.ties().state(its) == Ties.State.BROKEN);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void a_holder_whose_connection_is_cut_is_not_taken_for_dead() throws InterruptedException {
        await("seen", () -> state() == Ties.State.HELD);
        for (int round = 0; round < 4; round++) {
            server.command("CLIENT", "KILL", "TYPE", "pubsub");
            assertThat(states(Duration.ofMillis(700))).doesNotContain(Ties.State.BROKEN);
            await("made anew", () -> holder.ties().state(tie) == Ties.State.HELD);
        }
    }

    @Test
    void a_restart_of_the_server_breaks_no_tie() throws InterruptedException {
        await("seen", () -> state() == Ties.State.HELD);
        server.kill();
        assertThat(states(Duration.ofMillis(1500))).doesNotContain(Ties.State.BROKEN);
        await("the cut is known", () -> holder.ties().state(tie) == Ties.State.MENDING);
        server.start();
        await("mended", () -> holder.ties().state(tie) == Ties.State.HELD);
        assertThat(states(Duration.ofSeconds(3))).doesNotContain(Ties.State.BROKEN);
        await("seen again", () -> state() == Ties.State.HELD);
    }

    @Test
    void an_observer_that_was_cut_off_has_seen_nothing() throws InterruptedException {
        String user = "leaver";
        server.command("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all");
        String url = server.url().replace("//", "//" + user + ":secret@");
        try (RedisStore leaver = RedisStore.open(url)) {
            String its = leaver.ties().own();
            await("seen", () -> observer.ties().state(its) == Ties.State.HELD);
            // Otherwise it might be back, and be seen over the new connection, before it is closed.
            server.command("ACL", "SETUSER", user, "off");
            server.command("CLIENT", "KILL", "SKIPME", "yes");
            assertThat(states(its, Duration.ofSeconds(4))).doesNotContain(Ties.State.BROKEN);
        }
    }

    @Test
    void a_frozen_server_breaks_no_tie() throws InterruptedException {
        await("seen", () -> state() == Ties.State.HELD);
        server.pause();
        assertThat(states(Duration.ofSeconds(4))).doesNotContain(Ties.State.BROKEN);
        server.resume();
        await("seen again", () -> state() == Ties.State.HELD);
    }

    @Test
    void the_listening_connection_lasts() throws InterruptedException {
        String before = listening();
        // Longer than it takes until it is looked whether it still answers.
        Thread.sleep(11_500);
        assertThat(listening()).isEqualTo(before);
        assertThat(before.split(" ", -1)).hasSize(2);
    }

    /** The numbers of the connections that hold ties. */
    private String listening() {
        return server.command("CLIENT", "LIST", "TYPE", "pubsub")
                .lines()
                .filter(line -> line.startsWith("id="))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .sorted()
                .collect(java.util.stream.Collectors.joining(" "));
    }

    @Test
    void who_watches_and_is_idle_asks_once_in_two_seconds_at_most() throws InterruptedException {
        applied(holder, put("k", "1"));
        try (Watch watch = observer.watch(ALL, observer.read(ALL).revision())) {
            assertThat(watch.next(Duration.ofMillis(100))).isNotNull();
            long before = scripts();
            long start = System.nanoTime();
            assertThat(watch.next(Duration.ofSeconds(8))).isNotNull();
            long asked = scripts() - before;
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            assertThat(asked).isBetween(2L, (seconds + 1) / 2);
        }
        long before = scripts();
        Thread.sleep(3000);
        assertThat(scripts() - before).as("while nobody watches").isLessThanOrEqualTo(1);
    }

    /** How many scripts the server has run. */
    private long scripts() {
        return server.command("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_eval"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }
}
