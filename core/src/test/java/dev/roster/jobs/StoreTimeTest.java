package dev.roster.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StoreTimeTest {
    private static final long MILLI = 1_000_000;

    /** How far the store's clock is ahead of the process's, in microseconds. */
    private static final long AHEAD = 5_000_000;

    private final AtomicLong nanos = new AtomicLong(7_000 * MILLI);
    private final StoreTime time = new StoreTime(nanos::get);

    private long store() {
        return nanos.get() / 1000 + AHEAD;
    }

    /** The store is asked, tells its time after one while, and the answer takes another. */
    private void ask(long thereMillis, long backMillis) {
        long before = nanos.get();
        nanos.addAndGet(thereMillis * MILLI);
        long told = store();
        nanos.addAndGet(backMillis * MILLI);
        time.heard(told, before, nanos.get());
    }

    @Test
    void an_answer_that_came_late_is_not_taken_for_one_of_the_future() {
        // What is due in the store's future has to wait.
        ask(30, 1);
        assertThat(time.now()).isBetween(store() - 1000, store());
    }

    @Test
    void a_quick_answer_corrects_a_slow_one() {
        ask(1, 40);
        ask(0, 1);
        assertThat(time.now()).isBetween(store() - 1000, store());
        ask(1, 40);
        assertThat(time.now()).isBetween(store() - 1000, store());
    }

    @Test
    void the_store_is_asked_again_while_its_first_answers_are_slow() {
        assertThat(time.isStale()).isTrue();
        ask(20, 20);
        assertThat(time.isStale()).isTrue();
        ask(1, 0);
        assertThat(time.isStale()).isFalse();
        nanos.addAndGet(61_000 * MILLI);
        assertThat(time.isStale()).isTrue();
        ask(20, 20);
        assertThat(time.isStale()).isFalse();
    }

    @Test
    void a_store_that_is_always_slow_is_not_asked_for_ever() {
        int asked = 0;
        while (time.isStale()) {
            ask(20, 20);
            asked++;
        }
        assertThat(asked).isBetween(2, 10);
    }
}
