package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs that their submitter hands over, in the same process, when it comes to that. */
class JobsHandedOverTest {
    private final Rig rig = new Rig();

    @Test
    void a_job_that_was_read_and_done_does_not_begin_again_when_it_is_handed_over_late() {
        rig.own(0);
        Spot spot = rig.submit("t", "");
        Slip slip = new Slip(spot, requireNonNull(rig.shelf(Ledger.WORK).get(spot)));
        rig.go();
        rig.done("j000");
        rig.machine.handed(0, slip, rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("j000");
    }

    @Test
    void a_job_that_an_earlier_owner_may_have_done_does_not_begin_when_it_is_handed_over_late() {
        Spot spot = rig.submit("t", "");
        Slip slip = new Slip(spot, requireNonNull(rig.shelf(Ledger.WORK).remove(spot)));
        rig.now += SECOND;
        rig.own(0);
        rig.machine.handed(0, slip, rig.now);
        rig.go();
        assertThat(rig.started).isEmpty();
    }

    @Test
    void a_job_that_is_new_begins_when_it_is_handed_over_before_it_is_read() {
        rig.own(0);
        rig.pass(SECOND);
        Spot spot = rig.submit("t", "");
        Slip slip = new Slip(spot, requireNonNull(rig.shelf(Ledger.WORK).get(spot)));
        rig.machine.handed(0, slip, rig.now);
        assertThat(rig.machine.counts().running()).isEqualTo(1);
        rig.go();
        assertThat(rig.started).containsExactly("j000");
    }

    /** Put by who does not wake anybody. */
    private Slip put() {
        Slip slip = new Slip(new Spot(5, rig.now, "j000"), Rig.job("t", "").toBytes());
        rig.shelf(Ledger.WORK).put(slip.spot(), slip.value());
        return slip;
    }

    @Test
    void nothing_is_read_for_the_sake_of_a_job_that_is_taken_when_it_is_handed_over() {
        rig.own(0);
        rig.pass(SECOND);
        assertThat(rig.machine.handed(0, put(), rig.now)).isTrue();
        assertThat(rig.machine.counts().running()).isEqualTo(1);
        assertThat(rig.machine.readAt(rig.now)).isGreaterThan(rig.now);
    }

    @Test
    void a_job_that_cannot_be_taken_when_it_is_handed_over_is_read_at_once() {
        rig.own(0);
        rig.pass(SECOND);
        rig.machine.paused(true, Set.of(), rig.now);
        assertThat(rig.machine.handed(0, put(), rig.now)).isTrue();
        assertThat(rig.machine.counts().running()).isZero();
        rig.machine.paused(false, Set.of(), rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("j000");
    }

    private Slip put(String id, long due) {
        Slip slip = new Slip(new Spot(5, due, id), Rig.job("t", "key").toBytes());
        rig.shelf(Ledger.WORK).put(slip.spot(), slip.value());
        return slip;
    }

    private void inOrder() {
        TaskSettings settings =
                new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, Rig.FIVE_SECONDS, 0);
        rig.with(settings).own(0);
        rig.pass(2 * SECOND);
    }

    @Test
    void a_job_of_a_key_waits_for_one_that_became_due_and_was_not_read_yet() {
        inOrder();
        put("first", rig.now + SECOND);
        rig.machine.woken(0);
        rig.go();
        // Nothing is read meanwhile: there is no room, or the store is slow.
        rig.now += 2 * SECOND;
        rig.machine.handed(0, put("second", rig.now), rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("first");
        rig.done("first");
        assertThat(rig.started).containsExactly("first", "second");
    }

    @Test
    void a_job_of_a_key_waits_for_what_its_partition_was_woken_for() {
        inOrder();
        put("first", rig.now);
        rig.machine.woken(0);
        rig.machine.handed(0, put("second", rig.now + 1), rig.now + 1);
        rig.now++;
        rig.go();
        assertThat(rig.started).containsExactly("first");
    }

    @Test
    void who_does_not_own_a_partition_says_so() {
        Spot spot = rig.submit("t", "");
        Slip slip = new Slip(spot, requireNonNull(rig.shelf(Ledger.WORK).get(spot)));
        assertThat(rig.machine.isActive(0)).isFalse();
        assertThat(rig.machine.handed(0, slip, rig.now)).isFalse();
        rig.own(0);
        assertThat(rig.machine.isActive(0)).isTrue();
    }
}
