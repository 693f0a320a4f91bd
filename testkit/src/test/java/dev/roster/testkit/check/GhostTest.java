package dev.roster.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a record may have done to it that came back when its member was gone. */
final class GhostTest {
    private static final List<Observation> RUN =
            List.of(
                    new Observation.EraAgreed(1, 1, true),
                    new Observation.MemberAdded(2, "a~1", "a", 1),
                    new Observation.MemberAdded(2, "b~1", "b", 1),
                    new Observation.Claimed(3, "keys", "x", "a~1", 5),
                    new Observation.Claimed(3, "keys", "y", "b~1", 5),
                    new Observation.Unclaimed(4, "keys", "x", "a~1"),
                    new Observation.MemberRemoved(5, "a~1", "b~1", true),
                    new Observation.MemberAdded(6, "a~1", "a", 1));

    private static List<String> broken(Observation... more) {
        List<Observation> run = new ArrayList<>(RUN);
        run.addAll(List.of(more));
        return Checks.over(run, new Timing(5_000_000_000L, Timing.DRIFT_PER_MILLE), true).stream()
                .map(Violated::statement)
                .toList();
    }

    @Test
    void a_ghost_may_be_there_and_claims_nothing() {
        assertThat(broken()).doesNotContain("M1");
        assertThat(broken(new Observation.Claimed(7, "keys", "x", "a~1", 7))).contains("M1");
        assertThat(broken(new Observation.Acknowledged(7, "a~1", 1))).contains("M1");
    }

    @Test
    void a_ghost_may_be_handed_a_key_and_one_that_is_not_there_may_not() {
        assertThat(
                        broken(
                                new Observation.Unclaimed(7, "keys", "y", "b~1"),
                                new Observation.Claimed(7, "keys", "y", "a~1", 7)))
                .doesNotContain("M1");
        assertThat(
                        broken(
                                new Observation.Unclaimed(7, "keys", "y", "b~1"),
                                new Observation.Claimed(7, "keys", "y", "c~1", 7)))
                .contains("M1");
    }
}
