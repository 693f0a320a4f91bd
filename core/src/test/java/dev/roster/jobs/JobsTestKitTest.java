package dev.roster.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.InvalidInputException;
import dev.roster.store.QueueResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsTestKitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final JobsTestKit kit = JobsTestKit.of("mail");
    private final Producer mail = kit.producer();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void closeTheKit() {
        kit.close();
    }

    private void note(ActiveJob job) {
        log.add(job.payload().toUtf8());
    }

    private Duration passed() {
        return Duration.between(JobsTestKit.BEGIN, kit.now());
    }

    private static List<JobEvent.Kind> outcomes(List<JobsTestKit.Ran> ran) {
        return ran.stream().map(JobsTestKit.Ran::outcome).toList();
    }

    @Test
    void what_is_due_runs_and_what_is_not_waits() {
        kit.task("send", this::note);
        JobId now = mail.submit(Job.of("send", "now").key("k"));
        mail.submit(Job.of("send", "later").delay(MINUTE));
        assertThat(kit.waiting()).hasSize(2);
        assertThat(kit.runDue())
                .singleElement()
                .isEqualTo(
                        new JobsTestKit.Ran(
                                now,
                                "send",
                                "k",
                                Bytes.utf8("now"),
                                1,
                                JobEvent.Kind.SUCCEEDED,
                                ""));
        assertThat(kit.runDue()).isEmpty();
        assertThat(kit.advance(MINUTE.minusSeconds(1))).isEmpty();
        assertThat(outcomes(kit.advance(Duration.ofSeconds(1))))
                .containsExactly(JobEvent.Kind.SUCCEEDED);
        assertThat(log).containsExactly("now", "later");
        assertThat(kit.waiting()).isEmpty();
        assertThat(kit.done()).hasSize(2);
        assertThat(passed()).isBetween(MINUTE, MINUTE.plusMillis(1));
    }

    @Test
    void attempts_are_made_as_the_back_off_says_until_the_job_is_dead() {
        List<Duration> times = new ArrayList<>();
        Retry retry = new Retry(4, Duration.ofSeconds(5), Duration.ofSeconds(15), 0);
        kit.task(
                "send",
                TaskOptions.defaults().withRetry(retry),
                job -> {
                    times.add(passed());
                    throw new IllegalStateException("no " + job.attempt());
                });
        JobId id = mail.submit(Job.of("send", ""));
        List<JobsTestKit.Ran> ran = kit.advance(MINUTE.multipliedBy(10));
        assertThat(outcomes(ran))
                .containsExactly(
                        JobEvent.Kind.RETRIED,
                        JobEvent.Kind.RETRIED,
                        JobEvent.Kind.RETRIED,
                        JobEvent.Kind.DEAD);
        assertThat(ran)
                .extracting(JobsTestKit.Ran::error)
                .containsExactly("no 1", "no 2", "no 3", "no 4");
        assertThat(times).extracting(Duration::toSeconds).containsExactly(0L, 10L, 25L, 40L);
        assertThat(kit.dead())
                .singleElement()
                .satisfies(dead -> {
                    assertThat(dead.id()).isEqualTo(id);
                    assertThat(dead.why()).isEqualTo("no 4");
                });
        assertThat(kit.admin().retry(id)).isTrue();
        assertThat(kit.runDue()).hasSize(1);
    }

    @Test
    void recurring_jobs_fire_with_the_time() {
        kit.task("send", this::note);
        kit.recurring().put("hourly", Schedule.every(Duration.ofHours(1)), Job.of("send", "h"));
        kit.recurring().put("daily", Schedule.every(DAY), Job.of("send", "d"));
        kit.runDue();
        assertThat(kit.advance(DAY)).hasSize(25);
        assertThat(kit.recurring().find("daily").orElseThrow().last())
                .isEqualTo(JobsTestKit.BEGIN.plus(DAY));
        kit.recurring().pause("hourly");
        assertThat(kit.advance(DAY)).hasSize(1);
        kit.recurring().delete("hourly");
        kit.recurring().trigger("daily");
        assertThat(kit.runDue()).hasSize(1);
        assertThat(kit.advance(Duration.ofDays(365))).hasSize(365);
    }

    @Test
    void jobs_of_a_key_wait_for_the_one_that_is_to_be_tried_again() {
        AtomicInteger failures = new AtomicInteger(2);
        TaskOptions inOrder =
                TaskOptions.defaults()
                        .withOrder(TaskOptions.Order.BLOCK)
                        .withRetry(new Retry(9, MINUTE, MINUTE, 0));
        kit.task(
                "send",
                inOrder,
                job -> {
                    if (job.key().equals("a") && failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                    note(job);
                });
        for (String text : List.of("a1", "a2", "b1", "b2")) {
            mail.submit(Job.of("send", text).key(text.substring(0, 1)));
        }
        kit.runDue();
        assertThat(log).containsExactly("b1", "b2");
        kit.advance(MINUTE);
        assertThat(log).hasSize(2);
        kit.advance(MINUTE);
        assertThat(log).containsExactly("b1", "b2", "a1", "a2");
    }

    @Test
    void operators_decide_here_too() {
        kit.task("send", this::note);
        kit.admin().pause();
        mail.submit(Job.of("send", "a"));
        assertThat(kit.advance(DAY)).isEmpty();
        kit.admin().resume();
        kit.admin().pauseTask("send");
        assertThat(kit.runDue()).isEmpty();
        kit.admin().resumeTask("send");
        assertThat(kit.runDue()).hasSize(1);
        JobId id = mail.submit(Job.of("send", "b").delay(MINUTE));
        assertThat(kit.admin().cancel(id)).isTrue();
        assertThat(kit.advance(DAY)).isEmpty();
        kit.admin().limit(6);
        for (int n = 0; n < 20; n++) {
            mail.submit(Job.of("send", "n" + n));
        }
        int first = kit.runDue().size();
        assertThat(kit.advance(Duration.ofHours(1))).hasSize(6);
        kit.advance(Duration.ofHours(3));
        assertThat(log).hasSize(21);
        assertThat(first).isLessThan(7);
    }

    @Test
    void expiry_and_unique_keys_go_by_the_virtual_time() {
        kit.task("send", this::note);
        mail.submit(Job.of("send", "late").delay(MINUTE).expires(Duration.ofSeconds(10)));
        JobId first = mail.submit(Job.of("send", "u1").unique("u", DAY));
        assertThat(mail.submit(Job.of("send", "u2").unique("u", DAY))).isEqualTo(first);
        kit.advance(DAY);
        assertThat(mail.submit(Job.of("send", "u3").unique("u", DAY))).isNotEqualTo(first);
        kit.runDue();
        assertThat(log).containsExactly("u1", "u3");
    }

    @Test
    void a_job_finds_what_it_saved_and_has_others_follow() {
        kit.task(
                        "send",
                        job -> {
                            log.add(job.lastCheckpoint().map(Bytes::toUtf8).orElse("-"));
                            if (job.attempt() == 1) {
                                job.checkpoint(Bytes.utf8("half"));
                                job.progress(50, "half");
                                job.flush();
                                assertThat(kit.admin().find(job.id()).orElseThrow().progress())
                                        .isNotNull();
                                throw new IllegalStateException("again");
                            }
                            job.followUp(Job.of("next", "f"));
                        })
                .task("next", this::note);
        mail.submit(Job.of("send", ""));
        kit.advance(DAY);
        assertThat(log).containsExactly("-", "half", "f");
    }

    @Test
    void a_job_is_finished_in_a_transaction_of_the_callers() {
        kit.task(
                "send",
                job ->
                        job.completeWith(finish -> {
                            QueueResult result = kit.store().queue("mail").apply(finish);
                            assertThat(result).isInstanceOf(QueueResult.Applied.class);
                            note(job);
                        }));
        mail.submit(Job.of("send", "x"));
        assertThat(outcomes(kit.runDue())).containsExactly(JobEvent.Kind.SUCCEEDED);
        assertThat(kit.advance(DAY)).isEmpty();
        assertThat(log).containsExactly("x");
    }

    @Test
    void what_a_handler_submits_elsewhere_runs_too_and_a_context_goes_along() {
        JobContext context =
                new JobContext() {
                    @Override
                    public Map<String, String> capture() {
                        return Map.of("tenant", "t1");
                    }

                    @Override
                    public void run(ActiveJob job, Body handler) throws Exception {
                        log.add("in " + job.headers().get("tenant"));
                        handler.run();
                    }
                };
        kit.withContext(context)
                .task("send", this::note)
                .task(
                        "split",
                        job -> {
                            try (Producer own = Jobs.producer(kit.store(), "mail")) {
                                own.withContext(context);
                                own.submit(Job.of("send", "part"));
                                own.submit(Job.of("send", "later").delay(MINUTE));
                            }
                        });
        mail.submit(Job.of("split", ""));
        assertThat(kit.runDue()).hasSize(2);
        assertThat(kit.advance(MINUTE)).hasSize(1);
        assertThat(log).containsExactly("in t1", "in t1", "part", "in t1", "later");
    }

    @Test
    void thousands_that_are_submitted_together_run_together() {
        kit.task("send", this::note);
        List<Job> jobs = new ArrayList<>();
        for (int n = 0; n < 5_000; n++) {
            jobs.add(Job.of("send", "n" + n));
        }
        mail.submitAll(jobs);
        assertThat(kit.runDue()).hasSize(5_000);
        assertThat(passed()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void what_cannot_be_is_told_so() {
        kit.task(
                "send",
                TaskOptions.defaults().withRetry(Retry.never()),
                job -> {
                    kit.advance(MINUTE);
                });
        mail.submit(Job.of("send", ""));
        mail.submit(Job.of("unheard", ""));
        assertThat(kit.runDue())
                .singleElement()
                .satisfies(ran -> {
                    assertThat(ran.outcome()).isEqualTo(JobEvent.Kind.DEAD);
                    assertThat(ran.error()).contains("cannot let time pass");
                });
        assertThat(kit.unknownTasks()).containsExactly("unheard");
        assertThat(kit.waiting()).hasSize(1);
        assertThatThrownBy(() -> kit.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> kit.task("other", job -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void jobs_that_submit_each_other_without_end_are_told_of() {
        kit.task("send", job -> mail.submit(Job.of("send", "")));
        mail.submit(Job.of("send", ""));
        assertThatThrownBy(kit::runDue)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10000");
    }

    // tag::kit
    @Test
    void a_reminder_goes_out_after_a_day_and_is_tried_again() {
        AtomicInteger down = new AtomicInteger(1);
        try (JobsTestKit test = JobsTestKit.of("mail", Instant.parse("2030-06-01T08:00:00Z"))) {
            test.task(
                    "remind",
                    job -> {
                        if (down.getAndDecrement() > 0) {
                            throw new IllegalStateException("the mail server is down");
                        }
                        log.add(job.payload(Codec.TEXT));
                    });
            test.producer().submit(Job.of("remind", "ann").delay(Duration.ofDays(1)));

            assertThat(test.advance(Duration.ofHours(23))).isEmpty();
            assertThat(test.advance(Duration.ofHours(2)))
                    .extracting(JobsTestKit.Ran::outcome)
                    .containsExactly(JobEvent.Kind.RETRIED, JobEvent.Kind.SUCCEEDED);
            assertThat(log).containsExactly("ann");
            assertThat(test.dead()).isEmpty();
        }
    }
    // end::kit
}
