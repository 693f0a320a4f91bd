package dev.roster.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checkers of jobs notice what they are there to notice. */
final class JobChecksTest {
    private static final Timing TIMING = new Timing(2_000_000_000L, Timing.DRIFT_PER_MILLE);

    /** A member that owned the one partition, and one that owns it now. */
    private static final List<Observation> OWNED =
            List.of(
                    new Observation.EraAgreed(1, 0, true),
                    new Observation.MemberAdded(2, "a~1", "a", 0),
                    new Observation.MemberAdded(2, "b~1", "b", 0),
                    new Observation.DivisionAgreed(3, "jobs", 1),
                    new Observation.Claimed(4, "jobs", "0", "a~1", 6),
                    new Observation.Unclaimed(4, "jobs", "0", "a~1"),
                    new Observation.Claimed(4, "jobs", "0", "b~1", 7),
                    new Observation.Valid(4, "a~1", 1000),
                    new Observation.Valid(4, "b~1", 1000));

    private static List<String> broken(Observation... more) {
        List<Observation> run = new ArrayList<>(OWNED);
        run.addAll(List.of(more));
        return Checks.over(run, TIMING, true).stream().map(Violated::statement).toList();
    }

    private static Observation submitted(String job) {
        return submitted(job, "", 0);
    }

    private static Observation submitted(String job, String unique, long number) {
        return new Observation.JobSubmitted(
                6, 5, "submit " + job, job, unique, number == 0 ? "" : "key", number);
    }

    private static Observation started(String job) {
        return started(job, "b~1", 7, 0, true, 0);
    }

    private static Observation started(
            String job, String member, long token, long number, boolean isGood, long checkpoint) {
        return new Observation.JobStarted(
                7,
                member,
                "jobs",
                "0",
                token,
                job,
                "submit " + job,
                number == 0 ? "" : "key",
                number,
                isGood,
                checkpoint);
    }

    private static Observation ended(String job, String state) {
        return new Observation.JobEnded(8, "b~1", "jobs", "0", 7, job, state);
    }

    private static Observation saved(String job, String member, long token, long checkpoint) {
        return new Observation.JobSaved(8, member, "jobs", "0", token, job, checkpoint);
    }

    private static Observation rested(String... waiting) {
        return new Observation.JobsRested(20, List.of(waiting));
    }

    private static Observation replaced() {
        return new Observation.StoreReplaced(9, "store");
    }

    @Test
    void j1_notices_a_job_that_is_lost_and_one_of_two_states() {
        assertThat(broken(submitted("x"), started("x"), ended("x", "done"), rested())).isEmpty();
        assertThat(broken(submitted("x"), rested())).containsExactly("J1");
        assertThat(broken(submitted("x"), rested("x"))).doesNotContain("J1");
        assertThat(broken(started("x"), ended("x", "done"), ended("x", "cancelled")))
                .contains("J1");
        // What the store has forgotten, it had not promised to keep.
        assertThat(broken(submitted("x"), replaced(), rested())).isEmpty();
    }

    @Test
    void j2_notices_a_job_that_waits_for_ever_and_one_that_was_done_by_nobody() {
        assertThat(broken(submitted("x"), rested("x"))).containsExactly("J2");
        assertThat(broken(ended("x", "cancelled"))).isEmpty();
        assertThat(broken(ended("x", "done"))).containsExactly("J2");
    }

    @Test
    void j3_notices_a_second_end_and_what_a_former_owner_records() {
        assertThat(broken(started("x"), ended("x", "done"), ended("x", "done")))
                .containsExactly("J3");
        assertThat(broken(started("x"), ended("x", "done"), started("x"))).containsExactly("J3");
        // It took effect when the work on the partition had begun anew, and nobody knew of it.
        Observation begun = new Observation.WorkStarted(8, "b~1", "jobs", "0", 7);
        assertThat(broken(started("x"), begun, ended("x", "done"), started("x")))
                .doesNotContain("J3");
        assertThat(broken(saved("x", "b~1", 7, 1))).isEmpty();
        assertThat(broken(saved("x", "a~1", 6, 1))).containsExactly("J3");
        assertThat(broken(saved("x", "b~1", 6, 1))).containsExactly("J3");
        Observation late = new Observation.JobEnded(8, "a~1", "jobs", "0", 6, "x", "expired");
        assertThat(broken(late)).containsExactly("J3");
        Observation back = new Observation.JobPutBack(8, "b~1", "jobs", "0", 7, "x");
        assertThat(broken(started("x"), back, ended("x", "done"))).isEmpty();
        assertThat(broken(started("x"), ended("x", "done"), back)).containsExactly("J3");
        assertThat(broken(new Observation.JobPutBack(8, "a~1", "jobs", "0", 6, "x")))
                .containsExactly("J3");
    }

    @Test
    void j4_notices_an_effect_that_happens_twice_or_without_its_job() {
        Observation effect = new Observation.JobEffect(8, "x");
        assertThat(broken(started("x"), effect, ended("x", "done"), rested())).isEmpty();
        assertThat(broken(effect, effect)).containsExactly("J4");
        assertThat(broken(effect, ended("x", "cancelled"), rested())).containsExactly("J4");
        assertThat(broken(effect, replaced(), effect)).isEmpty();
    }

    @Test
    void j5_notices_a_checkpoint_that_goes_back_and_an_attempt_that_begins_elsewhere() {
        Observation first = saved("x", "b~1", 7, 1);
        Observation second = saved("x", "b~1", 7, 2);
        assertThat(broken(first, second, started("x", "b~1", 7, 0, true, 2))).isEmpty();
        assertThat(broken(second, first)).containsExactly("J5");
        assertThat(broken(first, second, started("x", "b~1", 7, 0, true, 1))).containsExactly("J5");
        assertThat(broken(started("x", "b~1", 7, 0, true, 1))).containsExactly("J5");
        assertThat(broken(first, second, started("x", "a~1", 6, 0, true, 1))).isEmpty();
        assertThat(broken(second, replaced(), first)).doesNotContain("J5");
    }

    @Test
    void j6_notices_two_of_a_key_at_once_and_one_that_passes_another() {
        Observation one = started("x", "b~1", 7, 1, true, 0);
        Observation two = started("y", "b~1", 7, 2, true, 0);
        Observation stopped = new Observation.JobStopped(8, "b~1", "x", 7, true);
        assertThat(broken(one, stopped, ended("x", "done"), two)).isEmpty();
        assertThat(broken(one, two)).containsExactly("J6");
        assertThat(broken(one, new Observation.WorkEnded(8, "b~1", "jobs", "0", 7), two)).isEmpty();
        assertThat(broken(started("x", "a~1", 6, 1, true, 0), two)).containsExactly("J6");
        assertThat(
                        broken(
                                started("x", "a~1", 6, 1, true, 0),
                                new Observation.Valid(8, "a~1", 0),
                                two))
                .isEmpty();
        assertThat(broken(submitted("x", "", 1), two)).containsExactly("J6");
        assertThat(broken(submitted("x", "", 1), ended("x", "cancelled"), two)).isEmpty();
        assertThat(broken(submitted("x", "", 1), one, stopped, two)).isEmpty();
        Observation failed = new Observation.JobStopped(8, "b~1", "x", 7, false);
        assertThat(broken(submitted("x", "", 1), one, failed, two)).containsExactly("J6");
        assertThat(broken(submitted("y", "", 2), one)).isEmpty();
    }

    @Test
    void j7_notices_two_jobs_of_one_unique_key() {
        Observation x = submitted("x", "unique", 0);
        Observation y = submitted("y", "unique", 0);
        assertThat(broken(x, x)).isEmpty();
        assertThat(broken(x, submitted("y", "another", 0))).isEmpty();
        assertThat(broken(x, y)).containsExactly("J7");
        Observation after = new Observation.JobSubmitted(11, 10, "submit y", "y", "unique", "", 0);
        assertThat(broken(x, replaced(), after)).isEmpty();
    }

    @Test
    void j7_notices_two_jobs_of_one_fire_time() {
        Observation fired = new Observation.JobFired(5, "s", "noon", "x");
        assertThat(broken(fired, new Observation.JobFired(6, "s", "one", "y"))).isEmpty();
        assertThat(broken(fired, new Observation.JobFired(6, "t", "noon", "y"))).isEmpty();
        assertThat(broken(fired, fired)).containsExactly("J7");
        assertThat(broken(fired, replaced(), fired)).isEmpty();
    }

    @Test
    void j8_notices_a_job_that_crashes_on_and_on_and_a_good_one_that_is_dead() {
        Observation crash = new Observation.JobCrashed(8, "b~1", "jobs", "0", 7, "x", 1);
        assertThat(broken(crash, crash, crash)).isEmpty();
        assertThat(broken(crash, crash, crash, crash)).containsExactly("J8");
        Observation beside = new Observation.JobCrashed(8, "a~1", "jobs", "0", 6, "x", 1);
        assertThat(broken(crash, crash, crash, beside)).isEmpty();
        assertThat(broken(started("x", "b~1", 7, 0, false, 0), ended("x", "dead"))).isEmpty();
        assertThat(broken(started("x"), ended("x", "dead"))).containsExactly("J8");
    }

    @Test
    void j9_notices_a_submit_that_makes_two_jobs_or_one_job_twice() {
        Observation x = new Observation.JobStored(5, "s", "x");
        assertThat(broken(x)).isEmpty();
        assertThat(broken(x, x)).containsExactly("J9");
        assertThat(broken(x, new Observation.JobStored(6, "s", "y"))).containsExactly("J9");
        assertThat(broken(new Observation.JobStored(5, "submit x", "y"), started("x")))
                .containsExactly("J9");
        assertThat(broken(x, replaced(), x)).isEmpty();
    }

    @Test
    void what_a_store_may_have_forgotten_is_held_against_nobody() {
        Observation forgotten = new Observation.JobsForgotten(9, 6);
        assertThat(broken(submitted("x"), forgotten, rested())).isEmpty();
        Observation end = ended("x", "done");
        assertThat(broken(started("x"), end, forgotten, started("x"), end)).isEmpty();
        Observation effect = new Observation.JobEffect(8, "x");
        assertThat(broken(effect, forgotten, effect)).isEmpty();
        assertThat(broken(saved("x", "b~1", 7, 2), forgotten, saved("x", "b~1", 7, 1))).isEmpty();
        Observation one = started("x", "b~1", 7, 1, true, 0);
        Observation two = started("y", "b~1", 7, 2, true, 0);
        assertThat(broken(submitted("x", "", 1), one, forgotten, two)).isEmpty();
        Observation crash = new Observation.JobCrashed(8, "b~1", "jobs", "0", 7, "x", 1);
        assertThat(broken(crash, crash, crash, forgotten, crash)).isEmpty();
        Observation x = new Observation.JobStored(5, "s", "x");
        assertThat(broken(x, forgotten, x)).isEmpty();
        Observation again = new Observation.JobSubmitted(11, 10, "s", "z", "unique", "", 0);
        assertThat(broken(submitted("x", "unique", 0), forgotten, again)).isEmpty();
        // What comes later is judged as ever.
        assertThat(broken(forgotten, again, rested())).containsExactly("J1");
    }
}
