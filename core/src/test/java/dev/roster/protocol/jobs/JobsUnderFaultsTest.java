package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulation found: answers that are lost, and come late, and jobs that crash. */
final class JobsUnderFaultsTest {
    private static final Flush.Answer UNKNOWN = new Flush.Answer.Unknown("no answer");
    private final Rig rig = new Rig();

    private static TaskSettings ordered() {
        Backoff five = new Backoff(5 * SECOND, 5 * SECOND, 0);
        return new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, five, 0);
    }

    private ProgressRecord saved(String id) throws Exception {
        return ProgressRecord.parse(rig.value(Ledger.PROGRESS, new Spot(0, 0, id)));
    }

    @Test
    void what_was_sent_before_and_comes_late_has_no_effect() throws Exception {
        rig.own(0).submit("t", "");
        rig.go();
        JobRun run = rig.running("j000");
        rig.machine.save(run, Bytes.utf8("one"), 1, "", true);
        Flush late = rig.flush();
        rig.machine.flushed(late, List.of(UNKNOWN), rig.now);
        rig.machine.save(run, Bytes.utf8("two"), 2, "", true);
        rig.pass(SECOND);
        assertThat(saved("j000").checkpoint()).isEqualTo(Bytes.utf8("two"));
        assertThat(rig.apply(late.batches().getFirst())).isInstanceOf(Flush.Answer.Refused.class);
        assertThat(saved("j000").checkpoint()).isEqualTo(Bytes.utf8("two"));
    }

    @Test
    void a_job_that_is_put_back_takes_along_what_it_saved_however_often_that_is_tried()
            throws Exception {
        rig.own(0).submit("t", "");
        rig.go();
        rig.machine.save(rig.running("j000"), Bytes.utf8("half"), 50, "", false);
        rig.answers.add(new Flush.Answer.Failed("not now"));
        rig.answers.add(new Flush.Answer.Failed("not now"));
        rig.fail("j000");
        rig.pass(SECOND);
        assertThat(rig.told).contains("RETRIED j000");
        assertThat(saved("j000").checkpoint()).isEqualTo(Bytes.utf8("half"));
    }

    @Test
    void what_is_read_before_its_putting_back_is_answered_knows_what_was_saved() {
        rig.own(0).submit("t", "");
        rig.go();
        JobRun run = rig.running("j000");
        rig.machine.save(run, Bytes.utf8("half"), 50, "", false);
        rig.running.remove(run);
        rig.machine.ended(run, new Outcome.Failed("no good", "", false), rig.now);
        Flush flush = rig.flush();
        rig.apply(flush.batches().getFirst());
        rig.now += 20 * SECOND;
        rig.machine.woken(0);
        for (int n = 0; n < 2; n++) {
            Reading reading = rig.reading();
            rig.machine.read(reading, rig.look(reading), rig.now);
        }
        rig.take();
        assertThat(Rig.checkpoint(rig.running("j000"))).isEqualTo(Bytes.utf8("half"));
    }

    @Test
    void when_the_first_of_a_key_is_taken_out_the_next_begins() {
        rig.with(ordered()).own(0);
        Spot first = rig.submit("t", "a");
        rig.submit("t", "a");
        rig.go();
        rig.fail("j000");
        rig.pass(SECOND);
        assertThat(rig.started).containsExactly("j000");
        rig.shelf(Ledger.WORK).remove(first);
        rig.machine.looked(0);
        rig.go();
        assertThat(rig.started).containsExactly("j000", "j001");
    }

    @Test
    void care_outlasts_an_owner_that_leaves() {
        rig.own(0);
        rig.crashAndTakeOver();
        rig.submit("t", "");
        rig.submit("t", "");
        rig.crashAndTakeOver();
        assertThat(rig.running).as("one at a time").hasSize(1);
        rig.machine.drain(0, rig.token, rig.now);
        rig.go();
        rig.pass(2 * SECOND);
        rig.fail("j000");
        assertThat(rig.released).containsExactly(0);
        rig.crashAndTakeOver();
        assertThat(rig.running).as("one at a time, still").hasSize(1);
    }

    @Test
    void a_reading_that_failed_is_done_again_as_a_whole() {
        rig.own(0);
        rig.pass(10 * SECOND);
        // It appears far before where reading came to.
        rig.submit(5, rig.now - 8 * SECOND, Rig.job("t", ""));
        rig.now += 5 * SECOND;
        // The one from the very beginning, and the other.
        rig.machine.notRead(rig.reading(), rig.now);
        rig.now += SECOND;
        rig.machine.notRead(rig.reading(), rig.now);
        rig.pass(SECOND);
        assertThat(rig.started).containsExactly("j000");
    }

    @Test
    void after_a_submit_that_took_long_the_next_of_its_key_is_due_after_a_reading_further_back() {
        long due = 100 * SECOND;
        assertThat(Punctuality.notBefore(due, due + SECOND / 10)).isZero();
        assertThat(Punctuality.notBefore(due, due - SECOND)).as("delayed").isZero();
        assertThat(Punctuality.notBefore(due, due + 2 * SECOND)).isEqualTo(due + 8 * SECOND);
        assertThat(Punctuality.notBefore(due, due + 25 * SECOND)).isEqualTo(due + 31 * SECOND);
        assertThat(Punctuality.notBefore(due, due + 26 * SECOND))
                .as("after a reading from the very beginning")
                .isGreaterThan(due + 86 * SECOND);
    }
}
