package dev.roster.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TicksTest {
    @Test
    void slotsFireOneAfterTheOtherAtTheirPhases() {
        for (int slot = 0; slot < 4; slot++) {
            assertThat(Ticks.next(10_000, 1000, slot, 4))
                    .isEqualTo(slot == 0 ? 11_000 : 10_000 + slot * 250);
        }
    }

    @Test
    void theNextFireTimeIsAlwaysLaterAndNoMoreThanAnIntervalAway() {
        for (long now = -3000; now < 3000; now += 7) {
            for (int slot = 0; slot < 5; slot++) {
                long next = Ticks.next(now, 1000, slot, 5);
                assertThat(next - now).isBetween(1L, 1000L);
                assertThat(Math.floorMod(next, 1000)).isEqualTo(slot * 200);
            }
        }
    }

    @Test
    void aLongPauseSkipsWhatWasMissed() {
        long first = Ticks.next(0, 1000, 1, 2);
        assertThat(first).isEqualTo(500);
        assertThat(Ticks.next(100_499, 1000, 1, 2)).isEqualTo(100_500);
    }

    @Test
    void manySlotsAndAShortIntervalDoNotOverflow() {
        assertThat(Ticks.next(0, 1, 999, 1000)).isEqualTo(1);
        long day = 86_400_000;
        assertThat(Ticks.next(Long.MAX_VALUE / 4, day, 99_999, 100_000)).isPositive();
    }
}
