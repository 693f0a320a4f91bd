package dev.roster.testkit;

import static dev.roster.testkit.KeyHistory.read;
import static dev.roster.testkit.KeyHistory.write;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker accepts what is linearizable and nothing else. */
final class KeyHistoryTest {
    private static void accepted(KeyHistory.Step... steps) {
        assertThatCode(() -> KeyHistory.check(1, List.of(steps))).doesNotThrowAnyException();
    }

    private static void rejected(KeyHistory.Step... steps) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> KeyHistory.check(1, List.of(steps)));
    }

    @Test
    void a_chain_of_writes_and_reads_is_accepted() {
        accepted(write(0, 1, 1, 2), read(2, 3, 2), write(4, 5, 2, 7), read(6, 7, 7));
    }

    @Test
    void overlapping_steps_may_go_either_way() {
        accepted(write(0, 10, 1, 2), read(1, 9, 1), read(2, 8, 2));
    }

    @Test
    void a_stale_read_is_rejected() {
        rejected(write(0, 1, 1, 2), read(2, 3, 1));
    }

    @Test
    void a_lost_update_is_rejected() {
        rejected(write(0, 10, 1, 2), write(0, 10, 1, 3));
    }

    @Test
    void reads_that_go_back_are_rejected() {
        rejected(write(0, 10, 1, 2), read(1, 2, 2), read(3, 4, 1));
    }

    @Test
    void a_value_that_nobody_wrote_is_rejected() {
        rejected(read(0, 1, 5));
    }
}
