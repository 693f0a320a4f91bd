package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Store;
import dev.roster.store.Ties.State;
import dev.roster.testkit.server.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broken session is a hint that its process is gone, and only then. */
@Timeout(60)
final class PostgresTiesTest {
    private static PostgresServer server = unopened();

    private Store store = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start("max_connections=100");
    }

    @AfterAll
    static void endServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        store = Store.open(server.url());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void await(String tie, State state, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (store.ties().state(tie) != state) {
            assertThat(System.nanoTime())
                    .as("time for %s to be %s, it is %s", tie, state, store.ties().state(tie))
                    .isLessThan(end);
            Thread.sleep(10);
        }
    }

    private void staysAwayFrom(State state, String tie, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            assertThat(store.ties().state(tie)).isNotEqualTo(state);
            Thread.sleep(5);
        }
    }

    @Test
    void a_killed_process_is_noticed_in_less_than_two_seconds()
            throws IOException, InterruptedException {
        Duration limit = Duration.ofSeconds(2);
        Duration best = Duration.ofDays(1);
        // The best of some: a busy machine delays one now and then.
        for (int round = 0; round < 3 && best.compareTo(limit) >= 0; round++) {
            try (TieProcess other = TieProcess.start(server.url())) {
                await(other.tie, State.HELD, Duration.ofSeconds(20));
                long start = System.nanoTime();
                other.process.destroyForcibly();
                await(other.tie, State.BROKEN, Duration.ofSeconds(20));
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                best = took.compareTo(best) < 0 ? took : best;
            }
        }
        assertThat(best).isLessThan(limit);
        assertThat(store.ties().state(store.ties().own())).isEqualTo(State.HELD);
    }

    @Test
    void a_frozen_process_keeps_its_tie() throws IOException, InterruptedException {
        try (TieProcess other = TieProcess.start(server.url())) {
            await(other.tie, State.HELD, Duration.ofSeconds(20));
            signal(other, "-STOP");
            staysAwayFrom(State.BROKEN, other.tie, Duration.ofSeconds(3));
            signal(other, "-CONT");
        }
    }

    private static void signal(TieProcess to, String signal)
            throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, String.valueOf(to.process.pid()))
                .start()
                .waitFor(5, TimeUnit.SECONDS);
    }

    @Test
    void a_tie_that_was_never_seen_held_is_unknown_not_broken() throws InterruptedException {
        staysAwayFrom(State.BROKEN, "pg0123456789abcdef", Duration.ofSeconds(3));
    }

    @Test
    void a_restarted_server_breaks_no_tie() throws IOException, InterruptedException {
        try (TieProcess other = TieProcess.start(server.url())) {
            await(other.tie, State.HELD, Duration.ofSeconds(20));
            server.kill();
            staysAwayFrom(State.BROKEN, other.tie, Duration.ofSeconds(1));
            server.start();
            staysAwayFrom(State.BROKEN, other.tie, Duration.ofSeconds(3));
            await(other.tie, State.HELD, Duration.ofSeconds(20));
        }
    }

    @Test
    void a_session_that_was_ended_is_made_again_before_others_miss_it()
            throws IOException, InterruptedException {
        try (TieProcess other = TieProcess.start(server.url())) {
            await(other.tie, State.HELD, Duration.ofSeconds(20));
            for (int n = 0; n < 3; n++) {
                server.sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
                staysAwayFrom(State.BROKEN, other.tie, Duration.ofMillis(1500));
            }
            String own = store.ties().own();
            await(own, State.HELD, Duration.ofSeconds(20));
            await(other.tie, State.HELD, Duration.ofSeconds(20));
        }
    }

    @Test
    void a_tie_that_cannot_be_made_again_is_known_to_its_holder_first()
            throws InterruptedException {
        String own = store.ties().own();
        server.stop();
        try {
            await(own, State.MENDING, Duration.ofSeconds(2));
        } finally {
            server.start();
        }
        await(own, State.HELD, Duration.ofSeconds(20));
    }

    @Test
    void what_is_left_of_a_broken_session_is_ended_and_the_tie_taken_over()
            throws java.sql.SQLException {
        PostgresTies ties = new PostgresTies();
        PostgresUrl url = PostgresUrl.parse(server.url());
        try (java.sql.Connection old = ConnectionSource.of(url).connect(20);
                java.sql.Connection next = ConnectionSource.of(url).connect(20)) {
            ties.hold(old);
            assertThat(ties.state(ties.own())).isEqualTo(State.HELD);
            ties.sessionLost();
            for (int tries = 0; tries < 100 && !ties.isHeld(); tries++) {
                ties.hold(next);
            }
            assertThat(ties.isHeld()).isTrue();
            assertThat(old.isValid(1)).isFalse();
        } finally {
            ties.close();
        }
    }

    @Test
    void an_answer_that_took_long_says_nothing_of_a_missing_tie() {
        PostgresTies ties = new PostgresTies();
        String other = "pg0123456789abcdef";
        List<Long> asked = List.of(0x0123456789abcdefL);
        ties.state(other);
        long before = System.nanoTime() - TimeUnit.SECONDS.toNanos(10);
        ties.looked("a run", asked, Set.copyOf(asked), before);
        assertThat(ties.state(other)).isEqualTo(State.HELD);

        // Missed twice, and that was told seconds after it was asked.
        ties.looked("a run", asked, Set.of(), before + TimeUnit.SECONDS.toNanos(1));
        ties.looked("a run", asked, Set.of(), before + TimeUnit.SECONDS.toNanos(2));
        assertThat(ties.state(other)).isEqualTo(State.UNKNOWN);

        do {
            ties.looked("a run", asked, Set.of(), System.nanoTime());
        } while (ties.state(other) != State.BROKEN);
        ties.close();
    }

    @Test
    void a_closed_store_has_let_go() {
        String own = store.ties().own();
        store.close();
        assertThat(store.ties().state(own)).isEqualTo(State.BROKEN);
    }
}
