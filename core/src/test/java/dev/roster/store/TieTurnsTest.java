package dev.roster.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Observers ask one after the other, evenly. */
final class TieTurnsTest {
    private static final Duration INTERVAL = Duration.ofMillis(1200);
    private static final List<String> TIES = List.of("a", "b", "c");

    private static long until(String own, long wallMillis) {
        List<String> others = TIES.stream().filter(tie -> !tie.equals(own)).toList();
        return TieTurns.untilNanos(own, others, INTERVAL, wallMillis) / 1_000_000;
    }

    @Test
    void three_observers_are_a_third_of_the_interval_apart_whenever_they_look() {
        for (long now = 1_700_000_000_000L; now < 1_700_000_002_400L; now += 7) {
            TreeSet<Long> turns = new TreeSet<>();
            for (String tie : TIES) {
                turns.add(Math.floorMod(now + until(tie, now), 1200L));
            }
            assertThat(turns).containsExactly(0L, 400L, 800L);
        }
    }

    @Test
    void the_next_turn_is_neither_at_once_nor_far_away() {
        for (long now = 0; now < 2400; now++) {
            for (String tie : TIES) {
                assertThat(until(tie, now)).isBetween(300L, 1500L);
            }
        }
    }

    @Test
    void one_turn_is_an_interval_after_the_other() {
        long now = 12_345;
        long first = now + until("b", now);
        assertThat(first + until("b", first)).isEqualTo(first + 1200);
    }

    @Test
    void who_is_alone_has_a_turn() {
        assertThat(TieTurns.untilNanos("a", List.of(), INTERVAL, 0)).isEqualTo(1_200_000_000L);
    }
}
