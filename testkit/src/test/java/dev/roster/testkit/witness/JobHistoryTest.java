package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.Layout;
import dev.roster.protocol.OwnerRecord;
import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What batches of a queue mean, whether they were answered or not, and when. */
final class JobHistoryTest {
    private static final String DIVISION = "jobs/q";
    private static final String KEY = "0";
    private static final long REVISION = 40;
    private static final long TOKEN = OwnerRecord.token(0, REVISION);

    /** A member owned the partition from 100 to 500. */
    private static final List<Observation> IN_STORE =
            List.of(
                    new Observation.Claimed(100, DIVISION, KEY, "a~1", TOKEN),
                    new Observation.Unclaimed(500, DIVISION, KEY, ""),
                    new Observation.Claimed(
                            500, DIVISION, KEY, "b~1", OwnerRecord.token(0, REVISION + 5)));

    private final JobHistory history = new JobHistory("g");

    private void asked(long at, String batch, JobDeed... deeds) {
        String owner = new Layout("g").division(DIVISION).owner(KEY);
        history.add(line(QueueLines.asked(at, batch, owner, REVISION, List.of(deeds))));
    }

    private void answered(long at, String batch, String how) {
        history.add(line(QueueLines.answered(at, batch, how)));
    }

    private void found(long at, String batch) {
        history.add(line(QueueLines.applied(at, batch)));
    }

    private static Map<String, Object> line(JsonLine line) {
        return JsonLine.parse(line.toString());
    }

    private static JobDeed end(String job) {
        return new JobDeed(JobDeed.Kind.ENDED, job, "done");
    }

    private static JobDeed saved(String job, int number) {
        return new JobDeed(JobDeed.Kind.SAVED, job, Integer.toString(number));
    }

    private static Observation.JobStarted started(long at, String job, long checkpoint) {
        return new Observation.JobStarted(
                at, "a~1", DIVISION, KEY, TOKEN, job, "s", "", 0, true, checkpoint);
    }

    private List<Observation> told(Observation... said) {
        return history.observations(IN_STORE, List.of(said));
    }

    @Test
    void a_batch_that_was_answered_is_its_senders_under_the_token_of_its_claim() {
        asked(200, "x.1", end("0:j"));
        answered(220, "x.1", "applied");
        assertThat(told())
                .containsExactly(
                        new Observation.JobEnded(200, "a~1", DIVISION, KEY, TOKEN, "0:j", "done"));
    }

    @Test
    void one_without_an_answer_was_applied_if_its_mark_is_found() {
        asked(200, "x.1", end("0:j"));
        asked(201, "x.2", end("0:k"));
        answered(210, "x.2", "unknown");
        assertThat(told()).isEmpty();
        found(300, "x.2");
        assertThat(told()).extracting(Observation::at).containsExactly(201L);
        assertThat(history.anomalies(List.of())).isEmpty();
    }

    @Test
    void an_end_stands_after_the_starts_that_cannot_have_known_of_it() {
        asked(200, "x.1", end("0:j"), saved("0:k", 3));
        answered(400, "x.1", "unknown");
        found(450, "x.1");
        List<Observation> all =
                told(started(300, "0:j", 0), started(310, "0:k", 2), started(320, "0:k", 3));
        assertThat(all).extracting(Observation::at).containsExactly(301L, 311L);
    }

    @Test
    void it_does_not_stand_after_those_under_a_later_ownership() {
        asked(200, "x.1", end("0:j"));
        found(900, "x.1");
        Observation.JobStarted later =
                new Observation.JobStarted(
                        600,
                        "b~1",
                        DIVISION,
                        KEY,
                        OwnerRecord.token(0, REVISION + 5),
                        "0:j",
                        "s",
                        "",
                        0,
                        true,
                        0);
        assertThat(told(later)).extracting(Observation::at).containsExactly(200L);
    }

    @Test
    void a_queue_that_keeps_what_it_refused_or_loses_what_it_applied_is_noticed() {
        asked(200, "x.1", end("0:j"));
        answered(210, "x.1", "fenced");
        found(230, "x.1");
        asked(240, "x.2", end("0:k"));
        answered(250, "x.2", "applied");
        assertThat(history.anomalies(List.of()))
                .containsExactly(
                        "batch x.1 was fenced, and was applied",
                        "batch x.2 was applied, and is not there");
        assertThat(history.anomalies(List.of(new Observation.JobsForgotten(300, 245))))
                .containsExactly("batch x.1 was fenced, and was applied");
    }

    @Test
    void what_was_there_when_the_store_went_back_is_judged_no_further() {
        Observation before = started(10, "0:old", 0);
        Observation within = started(25, "0:mid", 0);
        Observation forgotten = new Observation.JobsForgotten(30, 20);
        Observation again = started(40, "0:old", 0);
        Observation fresh = started(50, "0:new", 0);
        List<Observation> all = new ArrayList<>(List.of(before, within, forgotten, again, fresh));
        assertThat(history.withoutForgotten(all)).containsExactly(before, forgotten, fresh);
    }
}
