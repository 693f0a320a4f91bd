package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Ties;
import org.junit.jupiter.api.Test;

/** What is said of a tie by what was seen of it, and when. */
final class TieBookTest {
    private static final String TIE = "0123456789abcdef0123456789abcdef";
    private static final Object SCENE = "one connection";
    private static final long MILLI = 1_000_000;

    private final TieBook book = new TieBook();

    private void saw(boolean isHeld, long atMillis) {
        book.ask(TIE, atMillis * MILLI);
        book.saw(TIE, isHeld, SCENE, atMillis * MILLI);
    }

    private Ties.State state(long atMillis) {
        return book.state(TIE, atMillis * MILLI);
    }

    @Test
    void a_tie_is_broken_when_it_was_held_and_then_missed_for_a_while() {
        saw(true, 0);
        saw(false, 1000);
        assertThat(state(1000)).isEqualTo(Ties.State.UNKNOWN);
        saw(false, 1500);
        assertThat(state(1510)).isEqualTo(Ties.State.BROKEN);
    }

    @Test
    void a_tie_that_was_never_held_is_not_broken() {
        saw(false, 1000);
        saw(false, 2000);
        assertThat(state(2000)).isEqualTo(Ties.State.UNKNOWN);
    }

    @Test
    void an_answer_that_took_long_says_nothing_of_a_missing_tie() {
        saw(true, 0);
        saw(false, 1000);
        // Asked then, and answered two seconds later: its holder may have made it again, and
        // beaten.
        saw(false, 1500);
        assertThat(state(3500)).isEqualTo(Ties.State.UNKNOWN);
    }

    @Test
    void a_missing_tie_is_looked_at_for_as_long_as_it_is_told_of() {
        saw(true, 0);
        saw(false, 1000);
        assertThat(book.untilLookNanos(1000 * MILLI)).hasValue(300 * MILLI);
        assertThat(book.untilLookNanos(1200 * MILLI)).hasValue(100 * MILLI);
        assertThat(book.untilLookNanos(1300 * MILLI)).hasValue(100 * MILLI);
        assertThat(book.untilLookNanos(30_000 * MILLI)).hasValue(100 * MILLI);
        assertThat(book.untilLookNanos(62_000 * MILLI)).isEmpty();
    }
}
