package dev.roster.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.InvalidInputException;
import dev.roster.jobs.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** The next fire times after a local time, with the offset that the clocks have then. */
    private static List<String> next(String expression, ZoneId zone, String after, int count) {
        Cron cron = Cron.of(expression, zone);
        Instant at = ZonedDateTime.of(LocalDateTime.parse(after), zone).toInstant();
        List<String> all = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            at = cron.next(at).orElseThrow();
            all.add(at.atZone(zone).toOffsetDateTime().toString());
        }
        return all;
    }

    @Test
    void five_fields_are_those_of_unix() {
        assertThat(next("30 3 * * *", BERLIN, "2026-01-01T03:30:00", 2))
                .containsExactly("2026-01-02T03:30+01:00", "2026-01-03T03:30+01:00");
        assertThat(next("0 8 13 * 5", BERLIN, "2026-01-01T00:00:00", 3))
                .as("the 13th or a Friday")
                .containsExactly(
                        "2026-01-02T08:00+01:00",
                        "2026-01-09T08:00+01:00",
                        "2026-01-13T08:00+01:00");
        assertThat(next("0 12 * * 0", BERLIN, "2026-01-01T00:00:00", 1))
                .isEqualTo(next("0 12 * * SUN", BERLIN, "2026-01-01T00:00:00", 1))
                .isEqualTo(next("0 12 * * 7", BERLIN, "2026-01-01T00:00:00", 1))
                .containsExactly("2026-01-04T12:00+01:00");
    }

    @Test
    void six_fields_have_seconds_and_the_last_days() {
        assertThat(next("*/20 * * * * *", BERLIN, "2026-01-01T00:00:00.5", 2))
                .containsExactly("2026-01-01T00:00:20+01:00", "2026-01-01T00:00:40+01:00");
        assertThat(next("0 0 8 L * *", BERLIN, "2026-01-01T00:00:00", 2))
                .containsExactly("2026-01-31T08:00+01:00", "2026-02-28T08:00+01:00");
        assertThat(next("0 0 8 13 * FRI", BERLIN, "2026-01-01T00:00:00", 1))
                .as("a Friday that is the 13th")
                .containsExactly("2026-02-13T08:00+01:00");
        assertThat(next("@daily", BERLIN, "2026-01-01T00:00:00", 1))
                .containsExactly("2026-01-02T00:00+01:00");
    }

    @Test
    void a_time_that_does_not_exist_is_made_up_for_when_the_clocks_were_put_forward() {
        assertThat(next("30 2 * * *", BERLIN, "2026-03-27T12:00:00", 3))
                .containsExactly(
                        "2026-03-28T02:30+01:00",
                        "2026-03-29T03:00+02:00",
                        "2026-03-30T02:30+02:00");
        assertThat(next("*/15 2,3 * * *", BERLIN, "2026-03-29T00:00:00", 3))
                .as("four that do not exist and one that does are one")
                .containsExactly(
                        "2026-03-29T03:00+02:00",
                        "2026-03-29T03:15+02:00",
                        "2026-03-29T03:30+02:00");
    }

    @Test
    void a_time_that_is_there_twice_counts_the_first_time() {
        assertThat(next("30 2 * * *", BERLIN, "2026-10-24T12:00:00", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(next("0,30 2,3 * * *", BERLIN, "2026-10-25T00:00:00", 3))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T03:00+01:00");
        Instant inTheSecond = Instant.parse("2026-10-25T01:10:00Z");
        assertThat(Cron.of("30 2 * * *", BERLIN).next(inTheSecond))
                .hasValue(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void what_is_for_every_hour_goes_by_what_the_clocks_show() {
        assertThat(next("30 * * * *", BERLIN, "2026-03-29T01:00:00", 2))
                .containsExactly("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00");
        assertThat(next("30 * * * *", BERLIN, "2026-10-25T01:00:00", 4))
                .containsExactly(
                        "2026-10-25T01:30+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:30+01:00");
        assertThat(next("0 * * * *", BERLIN, "2026-10-25T02:00:00", 2))
                .as("the very moment of the change")
                .containsExactly("2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00");
        assertThat(next("0 * * * *", BERLIN, "2026-03-29T01:30:00", 1))
                .containsExactly("2026-03-29T03:00+02:00");
    }

    @Test
    void half_an_hour_and_a_whole_day_can_be_skipped_too() {
        ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
        assertThat(next("15 2 * * *", lordHowe, "2026-10-03T12:00:00", 2))
                .containsExactly("2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00");
        assertThat(next("45 1 * * *", lordHowe, "2026-04-04T12:00:00", 2))
                .containsExactly("2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30");
        ZoneId apia = ZoneId.of("Pacific/Apia");
        assertThat(next("0 9 * * *", apia, "2011-12-29T00:00:00", 3))
                .containsExactly(
                        "2011-12-29T09:00-10:00",
                        "2011-12-31T00:00+14:00",
                        "2011-12-31T09:00+14:00");
    }

    /** By brute force over every minute of two years with four changes of the clocks. */
    @ParameterizedTest
    @ValueSource(
            strings = {"30 2 * * *", "*/20 1-3 * * *", "0 */2 * * *", "15 * * * *", "*/30 * * * 0"})
    void no_time_is_left_out_or_due_twice(String expression) {
        Cron local = Cron.of(expression, ZoneOffset.UTC);
        boolean isHourly = expression.split(" ")[1].equals("*");
        TreeSet<Instant> wanted = new TreeSet<>();
        LocalDateTime end = LocalDateTime.parse("2027-01-01T00:00:00");
        LocalDateTime time = LocalDateTime.parse("2025-01-01T00:00:00");
        while (true) {
            time =
                    LocalDateTime.ofInstant(
                            local.next(time.toInstant(ZoneOffset.UTC)).orElseThrow(),
                            ZoneOffset.UTC);
            if (!time.isBefore(end)) {
                break;
            }
            List<ZoneOffset> offsets = BERLIN.getRules().getValidOffsets(time);
            if (isHourly) {
                for (ZoneOffset offset : offsets) {
                    wanted.add(time.toInstant(offset));
                }
            } else if (offsets.isEmpty()) {
                wanted.add(BERLIN.getRules().getTransition(time).getInstant());
            } else {
                wanted.add(time.toInstant(offsets.getFirst()));
            }
        }
        Cron cron = Cron.of(expression, BERLIN);
        List<Instant> found = new ArrayList<>();
        Instant at = ZonedDateTime.of(2025, 1, 1, 0, 0, 0, 0, BERLIN).toInstant();
        Instant last = ZonedDateTime.of(end, BERLIN).toInstant();
        while (true) {
            at = cron.next(at).orElseThrow();
            if (!at.isBefore(last)) {
                break;
            }
            found.add(at);
        }
        wanted.remove(ZonedDateTime.of(2025, 1, 1, 0, 0, 0, 0, BERLIN).toInstant());
        assertThat(found).containsExactlyElementsOf(wanted);
    }

    @Test
    void the_text_makes_the_same_schedule() {
        Cron cron = Cron.of(" 30  3 * * 1-5 ", BERLIN);
        assertThat(cron.text()).isEqualTo("cron Europe/Berlin 30 3 * * 1-5");
        assertThat(Schedule.of(cron.text())).isEqualTo(cron).hasSameHashCodeAs(cron);
        assertThat(cron)
                .isNotEqualTo(Cron.of("30 3 * * 1-5", ZoneOffset.UTC))
                .hasToString(cron.text());
        assertThat(Schedule.of("cron UTC @hourly").next(Instant.parse("2026-01-01T00:30:00Z")))
                .isEqualTo(Optional.of(Instant.parse("2026-01-01T01:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cron",
                "cron Europe/Berlin",
                "cron Mars/Phobos 0 3 * * *",
                "cron UTC 60 3 * * *",
                "cron UTC 0 24 * * *",
                "cron UTC 0 3 * *",
                "cron UTC 0 0 3 * * * *",
                "cron UTC 0 3 * * Nonday",
                "cron UTC @reboot",
                "cron UTC often",
                "cron UTC "
            })
    void what_is_no_expression_is_told_so(String text) {
        assertThatThrownBy(() -> Schedule.of(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void what_never_comes_true_is_told_so() {
        assertThatThrownBy(() -> Cron.of("0 0 31 2 *", BERLIN))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("never comes true");
    }
}
