package dev.roster.protocol.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is decided of jobs that are submitted. */
final class SubmittingTest {
    private static final long SECOND = 1_000_000;
    private static final long NOW = 1_700_000_000L * SECOND;
    private static final Flush.Answer APPLIED = new Flush.Answer.Applied();
    private static final Flush.Answer REFUSED = new Flush.Answer.Refused(List.of());
    private static final Flush.Answer FAILED = new Flush.Answer.Failed("down");
    private static final Flush.Answer UNKNOWN = new Flush.Answer.Unknown("no answer");

    private record Planned(int partition, Spot spot, Bytes value, Draft.@Nullable Mark mark)
            implements Draft {}

    private int tickets;

    private static Planned job(int number) {
        return job(number, 10);
    }

    private static Planned job(int number, int bytes) {
        return new Planned(number % 4, new Spot(0, NOW, "j" + number), bytes(bytes), null);
    }

    private static Bytes bytes(int count) {
        return Bytes.of(new byte[count]);
    }

    private static Draft.Mark mark(String id, long until) {
        return new Draft.Mark(7, new Spot(0, 0, "k-one"), new UniqueRecord(1, id, until));
    }

    private static Planned unique(String id, long until) {
        return new Planned(1, new Spot(0, NOW, id), bytes(1), mark(id, until));
    }

    private Spot ticket() {
        tickets++;
        return new Spot(0, NOW, "t" + tickets);
    }

    private Submitting<Planned> submit(int operations, Planned... jobs) {
        return Submitting.of(
                List.of(jobs), operations, this::ticket, partition -> partition == 2, 0);
    }

    private Sending<Planned> one(Planned job) {
        return submit(100, job).open().getFirst();
    }

    @Test
    void jobs_go_together_with_a_ticket_that_may_not_be_there() {
        Submitting<Planned> all = submit(100, job(1), job(2), job(3));
        assertThat(all.open()).hasSize(1);
        Sending<Planned> sending = all.open().getFirst();
        Spot ticket = new Spot(0, NOW, "t1");
        assertThat(sending.provisos()).containsExactly(new Proviso(1, Ledger.TICKET, ticket, null));
        assertThat(sending.steps())
                .containsExactly(
                        new Step.Put(1, Ledger.TICKET, ticket, Bytes.EMPTY),
                        new Step.Put(1, Ledger.WORK, job(1).spot(), job(1).value()),
                        new Step.Put(2, Ledger.WORK, job(2).spot(), job(2).value()),
                        new Step.Put(3, Ledger.WORK, job(3).spot(), job(3).value()));
        // Those of partition 2 are handed over.
        assertThat(sending.wakes()).isEqualTo(Set.of(1, 3));
        assertThat(one(job(1)).wakes()).isEqualTo(Set.of(1));
        assertThat(one(job(2)).wakes()).isEmpty();
    }

    @Test
    void a_batch_has_no_more_than_the_store_takes() {
        List<Planned> jobs = new ArrayList<>();
        for (int n = 0; n < 25; n++) {
            jobs.add(job(n));
        }
        Submitting<Planned> all = submit(14, jobs.toArray(Planned[]::new));
        assertThat(all.open()).extracting(one -> one.jobs().size()).containsExactly(10, 10, 5);
        assertThat(all.open()).allMatch(one -> one.steps().size() + one.provisos().size() <= 14);
        assertThat(tickets).isEqualTo(3);
        int half = 1 << 19;
        assertThat(submit(100, job(1, half), job(2, half), job(3, half)).open())
                .extracting(one -> one.jobs().size())
                .containsExactly(1, 1, 1);
        assertThat(submit(1, job(1)).open()).hasSize(1);
    }

    @Test
    void a_job_with_a_mark_goes_for_itself() {
        Submitting<Planned> all = submit(100, job(1), unique("a", NOW), job(2), unique("b", NOW));
        assertThat(all.open())
                .extracting(one -> one.jobs().size())
                .containsExactlyInAnyOrder(1, 1, 2);
        Sending<Planned> a = all.open().getFirst();
        Draft.Mark mark = mark("a", NOW);
        assertThat(a.provisos()).containsExactly(new Proviso(7, Ledger.UNIQUE, mark.spot(), null));
        assertThat(a.steps())
                .containsExactly(
                        new Step.Put(7, Ledger.UNIQUE, mark.spot(), mark.record().toBytes()),
                        new Step.Put(1, Ledger.WORK, new Spot(0, NOW, "a"), bytes(1)));
    }

    @Test
    void a_ticket_that_is_there_says_that_an_answer_was_lost() {
        Submitting<Planned> all = submit(100, job(1));
        Sending<Planned> one = all.open().getFirst();
        one.answered(UNKNOWN);
        assertThat(one.isOver()).isFalse();
        assertThat(one.mayBeSubmitted()).isTrue();
        assertThat(all.next(SECOND)).isPositive();
        assertThat(all.open()).containsExactly(one);
        one.answered(REFUSED);
        assertThat(one.then()).isEqualTo(Sending.Then.WAS_SUBMITTED);
        assertThat(all.next(SECOND)).isZero();
        assertThat(all.isOver()).isTrue();
    }

    @Test
    void what_failed_is_repeated_until_patience_ends() {
        Submitting<Planned> all = submit(100, job(1), unique("a", NOW));
        Sending<Planned> unique = all.open().getFirst();
        Sending<Planned> other = all.open().getLast();
        unique.answered(APPLIED);
        other.answered(FAILED);
        assertThat(unique.then()).isEqualTo(Sending.Then.SUBMITTED);
        assertThat(all.next(9 * SECOND)).isPositive();
        assertThat(all.open()).containsExactly(other);
        other.answered(new Flush.Answer.Fenced("another's"));
        assertThat(all.next(11 * SECOND)).isEqualTo(Submitting.GIVEN_UP);
        assertThat(all.isOver()).isFalse();
        assertThat(other.mayBeSubmitted()).isFalse();
        assertThat(other.why()).isEqualTo("another's");
        other.answered(APPLIED);
        assertThat(all.next(12 * SECOND)).isZero();
        assertThat(all.isOver()).isTrue();
    }

    @Test
    void a_key_that_is_taken_tells_whose_it_is() {
        Sending<Planned> one = one(unique("a", NOW + SECOND));
        one.answered(REFUSED);
        assertThat(one.then()).isEqualTo(Sending.Then.LOOK);
        assertThat(one.mark()).isEqualTo(mark("a", NOW + SECOND));
        assertThatThrownBy(one::owner).isInstanceOf(IllegalStateException.class);
        one.looked(mark("b", NOW + 1).record().toBytes(), NOW);
        assertThat(one.then()).isEqualTo(Sending.Then.TAKEN);
        assertThat(one.owner()).isEqualTo(new UniqueRecord(1, "b", NOW + 1));
    }

    @Test
    void a_key_whose_time_is_over_is_taken_from_who_had_it() {
        Submitting<Planned> all = submit(100, unique("a", NOW + SECOND));
        Sending<Planned> one = all.open().getFirst();
        one.answered(REFUSED);
        Bytes over = mark("b", NOW).record().toBytes();
        one.looked(over, NOW);
        assertThat(all.next(0)).isZero();
        assertThat(one.then()).isEqualTo(Sending.Then.SEND);
        Spot spot = mark("a", 0).spot();
        assertThat(one.provisos()).containsExactly(new Proviso(7, Ledger.UNIQUE, spot, over));
        // What cannot be read is nobody's.
        one.answered(REFUSED);
        one.looked(bytes(3), NOW);
        assertThat(one.provisos()).containsExactly(new Proviso(7, Ledger.UNIQUE, spot, bytes(3)));
        // It was removed meanwhile.
        one.answered(REFUSED);
        one.looked(null, NOW);
        assertThat(one.provisos()).containsExactly(new Proviso(7, Ledger.UNIQUE, spot, null));
    }

    @Test
    void its_own_mark_says_that_an_answer_was_lost_however_short_its_time() {
        Sending<Planned> one = one(unique("a", NOW));
        one.answered(UNKNOWN);
        one.answered(REFUSED);
        one.looked(mark("a", NOW).record().toBytes(), NOW + SECOND);
        assertThat(one.then()).isEqualTo(Sending.Then.WAS_SUBMITTED);
    }

    @Test
    void what_may_have_been_done_before_others_had_its_key_is_not_sent_again() {
        Bytes other = mark("b", NOW - 1).record().toBytes();
        Sending<Planned> gone = one(unique("a", NOW));
        gone.answered(UNKNOWN);
        gone.answered(REFUSED);
        gone.looked(other, NOW);
        assertThat(gone.then()).isEqualTo(Sending.Then.UNKNOWN);
        assertThat(gone.isOver()).isTrue();
        // Its own time is not over, so the other had the key before.
        Sending<Planned> sure = one(unique("a", NOW + 1));
        sure.answered(UNKNOWN);
        sure.answered(REFUSED);
        sure.looked(other, NOW);
        assertThat(sure.then()).isEqualTo(Sending.Then.SEND);
        // A mark that is gone was gone for longer than a submit is repeated, or never there.
        Sending<Planned> free = one(unique("a", NOW));
        free.answered(UNKNOWN);
        free.answered(REFUSED);
        free.looked(null, NOW);
        assertThat(free.then()).isEqualTo(Sending.Then.SEND);
    }

    @Test
    void what_could_not_be_looked_up_is_looked_up_again() {
        Submitting<Planned> all = submit(100, unique("a", NOW));
        Sending<Planned> one = all.open().getFirst();
        one.answered(REFUSED);
        one.failed("down");
        assertThat(all.next(0)).isPositive();
        assertThat(one.then()).isEqualTo(Sending.Then.LOOK);
        one.looked(null, NOW);
        assertThat(all.next(0)).isZero();
        assertThat(one.then()).isEqualTo(Sending.Then.SEND);
    }

    @Test
    void its_mistakes_are_made_when_asked_for() {
        assertThat(wrong(Mutant.JOB_TICKET_LEFT_OUT, job(1)).provisos()).isEmpty();
        Sending<Planned> lost = wrong(Mutant.JOB_UNKNOWN_SUBMITTED, job(1));
        lost.answered(UNKNOWN);
        assertThat(lost.then()).isEqualTo(Sending.Then.SUBMITTED);
        Sending<Planned> unique = wrong(Mutant.JOB_UNIQUE_OVERLOOKED, unique("a", NOW));
        unique.answered(REFUSED);
        unique.looked(mark("b", NOW + SECOND).record().toBytes(), NOW);
        assertThat(unique.then()).isEqualTo(Sending.Then.SEND);
    }

    private Sending<Planned> wrong(Mutant mutant, Planned job) {
        return Submitting.of(List.of(job), 100, this::ticket, partition -> false, 0, mutant)
                .open()
                .getFirst();
    }
}
