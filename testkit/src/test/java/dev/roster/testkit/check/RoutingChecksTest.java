package dev.roster.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checkers of routing and of flows notice what they are there to notice. */
final class RoutingChecksTest {
    private static final Timing TIMING = new Timing(2_000_000_000L, Timing.DRIFT_PER_MILLE);
    private static final long SECOND = 1_000_000_000L;

    /** A member that owns the one partition there is. */
    private static final List<Observation> OWNED =
            List.of(
                    new Observation.EraAgreed(1, 0, true),
                    new Observation.MemberAdded(2, "a~1", "a", 0),
                    new Observation.DivisionAgreed(3, "space", 1),
                    new Observation.Claimed(4, "space", "0", "a~1", 7));

    private static List<String> broken(Observation... more) {
        List<Observation> run = new ArrayList<>(OWNED);
        run.addAll(List.of(more));
        return Checks.over(run, TIMING, true).stream().map(Violated::statement).toList();
    }

    private static Observation done(String request, String member, long token) {
        return new Observation.RequestDone(10, request, member, "space", "0", token);
    }

    @Test
    void r1_notices_an_effect_that_is_not_the_owners() {
        assertThat(broken(done("r", "a~1", 7))).isEmpty();
        assertThat(broken(done("r", "a~1", 6))).containsExactly("R1");
        assertThat(broken(done("r", "b~1", 7))).containsExactly("R1");
        assertThat(broken(new Observation.Unclaimed(9, "space", "0", ""), done("r", "a~1", 7)))
                .containsExactly("R1");
    }

    @Test
    void r2_notices_a_table_that_goes_back_and_one_that_stays_behind() {
        Observation right = new Observation.Routed(5, "r", "space", "0", "a~1", 7, 8);
        assertThat(broken(right)).isEmpty();
        assertThat(broken(right, new Observation.Routed(6, "r", "space", "0", "", 0, 7)))
                .containsExactly("R2");
        Observation quiet = new Observation.Quiet(20, List.of(), 0, 30, false, false);
        Observation later = new Observation.BeatApplied(30 + 2 * SECOND, "a~1");
        assertThat(broken(right, quiet, later)).doesNotContain("R2");
        Observation wrong = new Observation.Routed(5, "r", "space", "0", "b~1", 6, 8);
        assertThat(broken(wrong, quiet, later)).contains("R2");
        assertThat(broken(wrong, new Observation.RouterGone(6, "r"), quiet, later))
                .doesNotContain("R2");
    }

    @Test
    void r3_notices_a_request_that_is_done_twice() {
        assertThat(broken(done("r", "a~1", 7), done("s", "a~1", 7))).isEmpty();
        assertThat(broken(done("r", "a~1", 7), done("r", "a~1", 7))).containsExactly("R3");
    }

    @Test
    void r4_notices_a_fourth_hop() {
        Observation hop = new Observation.RequestSent(5, "r", "space", "0", "a~1");
        assertThat(broken(hop, hop, hop)).isEmpty();
        assertThat(broken(hop, hop, hop, hop)).containsExactly("R4");
    }

    private static Observation written(String key, long revision, boolean gone) {
        return new Observation.EntryWritten(5, "s", key, revision, gone);
    }

    private static Observation told(String key, long revision, boolean gone) {
        return new Observation.EntryTold(6, "w", "s", key, revision, gone);
    }

    @Test
    void w1_notices_what_is_left_out_told_twice_or_made_up() {
        Observation end = new Observation.ToldUpTo(7, "w", "s", 3);
        Observation a = written("a", 1, false);
        Observation b = written("b", 2, false);
        Observation gone = written("a", 3, true);
        assertThat(
                        broken(
                                a,
                                b,
                                gone,
                                told("a", 1, false),
                                told("b", 2, false),
                                told("a", 3, true),
                                end))
                .isEmpty();
        assertThat(broken(a, b, told("a", 1, false), end)).containsExactly("W1");
        assertThat(broken(a, told("a", 1, false), told("a", 1, false))).containsExactly("W1");
        assertThat(broken(a, told("a", 1, false), told("z", 1, false), end)).containsExactly("W1");
        assertThat(broken(a, gone, told("a", 1, false), end)).containsExactly("W1");
        assertThat(broken(told("a", 1, true))).containsExactly("W1");
        Observation wiped = new Observation.EntryWritten(8, "t", "b", 1, false);
        Observation anew = new Observation.EntryTold(9, "w", "t", "b", 1, false);
        Observation upTo = new Observation.ToldUpTo(9, "w", "t", 1);
        assertThat(broken(b, told("b", 2, false), end, wiped, anew, upTo)).isEmpty();
        assertThat(broken(b, told("b", 2, false), end, wiped, upTo)).containsExactly("W1");
    }
}
