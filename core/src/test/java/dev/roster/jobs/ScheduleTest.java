package dev.roster.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.FireTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static Instant next(Schedule schedule, String after) {
        return schedule.next(Instant.parse(after)).orElseThrow();
    }

    @Test
    void an_interval_counts_from_1970_or_from_a_time() {
        Schedule five = Schedule.every(Duration.ofMinutes(5));
        assertThat(next(five, "2026-11-21T20:59:59.999999Z")).isEqualTo("2026-11-21T21:00:00Z");
        assertThat(next(five, "2026-11-21T21:00:00Z")).isEqualTo("2026-11-21T21:05:00Z");
        assertThat(next(five, "2026-11-21T21:04:59Z")).isEqualTo("2026-11-21T21:05:00Z");
        Schedule later =
                Schedule.every(Duration.ofHours(1), Instant.parse("2026-11-21T20:10:00.5Z"));
        assertThat(next(later, "2020-01-01T00:00:00Z")).isEqualTo("2026-11-21T20:10:00.5Z");
        assertThat(next(later, "2026-11-21T20:10:00.5Z")).isEqualTo("2026-11-21T21:10:00.5Z");
        assertThat(next(later, "2026-11-22T00:00:00Z")).isEqualTo("2026-11-22T00:10:00.5Z");
    }

    @Test
    void the_text_makes_the_same_schedule() {
        for (String text :
                new String[] {
                    "every PT1S",
                    "every PT5M",
                    "every PT24H from 2026-11-21T20:10:00Z",
                    "every PT1.5S"
                }) {
            Schedule schedule = Schedule.of(text);
            assertThat(schedule.text()).isEqualTo(text);
            assertThat(schedule).isEqualTo(Schedule.of(schedule.text()));
        }
    }

    @Test
    void what_is_no_schedule_is_told_so() {
        for (String text :
                new String[] {
                    "",
                    "every",
                    "every 5 minutes",
                    "every PT0.5S",
                    "every PT-5M",
                    "every PT5M from tomorrow",
                    "every PT5M from 1969-01-01T00:00:00Z",
                    "every PT1.0000001S",
                    "moon full"
                }) {
            assertThatThrownBy(() -> Schedule.of(text)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> Schedule.of("moon full"))
                .hasMessageContaining("no kind that is known here: every");
        assertThatThrownBy(() -> Missed.runAll(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Missed.runAll(1001)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Missed.skip(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidInputException.class);
    }

    private record Strange(Optional<Instant> next) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return next;
        }

        @Override
        public String text() {
            return "strange";
        }
    }

    @Test
    void a_schedule_may_end_and_may_not_go_back() {
        long now = 1_000_000;
        assertThat(Clockwork.times(new Strange(Optional.empty())).after(now))
                .isEqualTo(FireTimes.NEVER);
        assertThat(
                        Clockwork.times(
                                        new Strange(
                                                Optional.of(
                                                        Instant.parse("+10000-01-01T00:00:00Z"))))
                                .after(now))
                .isEqualTo(FireTimes.NEVER);
        assertThatThrownBy(() ->
                        Clockwork.times(new Strange(Optional.of(Instant.ofEpochSecond(1))))
                                .after(now))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("goes back");
    }
}
