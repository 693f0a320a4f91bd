package dev.roster.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.testkit.check.RegisterHistory.Applied;
import dev.roster.testkit.check.RegisterHistory.Read;
import dev.roster.testkit.check.RegisterHistory.Refused;
import dev.roster.testkit.check.RegisterHistory.Step;
import dev.roster.testkit.check.RegisterHistory.Unanswered;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The checker accepts what has an explanation, and nothing else. */
final class RegisterHistoryTest {
    private static void accepted(Step... steps) {
        assertThat(RegisterHistory.violation("0", List.of(steps))).isEmpty();
    }

    private static void rejected(Step... steps) {
        assertThat(RegisterHistory.violation("0", List.of(steps))).isPresent();
    }

    @Test
    void what_follows_from_each_other_is_accepted() {
        accepted(
                new Read(0, 1, "0"),
                new Applied(2, 3, "0", "1"),
                new Refused(4, 5, "0", "1"),
                new Applied(6, 7, "1", "2"),
                new Read(8, 9, "2"));
    }

    @Test
    void steps_at_the_same_time_may_go_either_way() {
        accepted(new Applied(0, 10, "0", "1"), new Read(1, 9, "0"), new Read(2, 8, "1"));
        accepted(new Applied(0, 10, "1", "2"), new Applied(0, 10, "0", "1"));
        rejected(new Applied(0, 10, "0", "1"), new Read(1, 2, "1"), new Read(3, 4, "0"));
    }

    @Test
    void a_read_of_what_was_over_is_rejected() {
        rejected(new Applied(0, 1, "0", "1"), new Read(2, 3, "0"));
        rejected(new Applied(0, 1, "0", "1"), new Refused(2, 3, "1", "0"));
    }

    @Test
    void a_read_of_what_is_to_come_is_rejected() {
        rejected(new Read(0, 1, "1"), new Applied(2, 3, "0", "1"));
    }

    @Test
    void a_lost_update_is_rejected() {
        rejected(new Applied(0, 5, "0", "1"), new Applied(1, 6, "0", "2"));
    }

    @Test
    void a_refusal_for_nothing_is_rejected() {
        rejected(new Refused(0, 1, "0", "0"));
    }

    @Test
    void what_nobody_wrote_is_rejected() {
        rejected(new Read(0, 1, "ghost"));
    }

    @Test
    void what_was_not_answered_may_have_happened_or_not_or_late() {
        accepted(new Unanswered(0, "0", "1"), new Read(5, 6, "0"));
        accepted(new Unanswered(0, "0", "1"), new Read(5, 6, "1"));
        accepted(
                new Unanswered(0, "0", "1"),
                new Read(5, 6, "0"),
                new Read(7, 8, "1"),
                new Applied(9, 10, "1", "2"));
    }

    @Test
    void what_was_not_answered_happens_once_and_not_before_it_began() {
        rejected(
                new Unanswered(0, "0", "1"),
                new Read(1, 2, "1"),
                new Applied(3, 4, "1", "0"),
                new Read(5, 6, "0"),
                new Read(7, 8, "1"),
                new Applied(9, 10, "1", "2"),
                new Read(11, 12, "1"));
        rejected(new Read(0, 1, "1"), new Unanswered(2, "0", "1"));
        rejected(new Unanswered(0, "9", "1"), new Read(1, 2, "1"));
    }

    /** Histories of a real register are accepted; the same with one stale read are not. */
    @Test
    void drawn_histories_are_told_from_damaged_ones() {
        int damagedFound = 0;
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Step> steps = new ArrayList<>();
            String value = "0";
            String before = "0";
            long time = 0;
            for (int step = 1; step <= 60; step++) {
                time += 2;
                long begin = time - random.nextInt(6);
                long end = time + 1 + random.nextInt(6);
                switch (random.nextInt(4)) {
                    case 0 -> steps.add(new Read(begin, end, value));
                    case 1 -> steps.add(new Refused(begin, end, "x", value));
                    case 2 -> {
                        steps.add(new Applied(begin, end, value, "w" + step));
                        before = value;
                        value = "w" + step;
                    }
                    default -> {
                        steps.add(new Unanswered(begin, value, "u" + step));
                        if (random.nextBoolean()) {
                            before = value;
                            value = "u" + step;
                        }
                    }
                }
            }
            assertThat(RegisterHistory.violation("0", steps)).as("seed " + seed).isEmpty();
            steps.add(new Read(time + 100, time + 101, value));
            steps.add(new Read(time + 102, time + 103, before));
            damagedFound += RegisterHistory.violation("0", steps).isPresent() ? 1 : 0;
        }
        assertThat(damagedFound).isGreaterThan(150);
    }
}
