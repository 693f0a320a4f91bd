package dev.roster.cron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Missed;
import dev.roster.jobs.Recurring;
import dev.roster.jobs.RecurringJob;
import dev.roster.jobs.Schedule;
import dev.roster.store.MemoryStore;
import dev.roster.store.Store;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the page about recurring jobs. */
@Timeout(60)
class RecurringSnippetsTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    // tag::handler
    private void report(ActiveJob job) {
        String time = job.headers().getOrDefault(Recurring.FIRE_TIME, "triggered");
        sendReport(job.payload().toUtf8(), time);
    }

    // end::handler

    private void sendReport(String what, String time) {
        told.add(what + " " + time);
    }

    @Test
    void recurring_jobs() throws InterruptedException {
        try (Store store = new MemoryStore();
                Member member = Group.join(store, "shop", JoinOptions.defaults())) {
            // tag::put
            JobsAdmin admin = Jobs.admin(store, "reports");
            Recurring recurring = admin.recurring();
            recurring.put(
                    "nightly",
                    Cron.of("30 3 * * *", ZoneId.of("Europe/Berlin")),
                    Job.of("report", "all").expires(Duration.ofHours(6)));
            recurring.put(
                    "heartbeat",
                    Schedule.every(Duration.ofSeconds(1)),
                    Job.of("report", "alive"),
                    Missed.skip());
            // end::put
            // tag::consume
            Jobs.consumer(member, "reports").task("report", this::report).start();
            // end::consume
            assertThat(told.poll(30, TimeUnit.SECONDS)).startsWith("alive 2");
            // tag::operate
            List<RecurringJob> all = recurring.list();
            recurring.pause("heartbeat");
            recurring.resume("heartbeat");
            JobId now = recurring.trigger("nightly").orElseThrow();
            recurring.delete("heartbeat");
            // end::operate
            assertThat(all).extracting(RecurringJob::name).containsExactly("heartbeat", "nightly");
            assertThat(all.getLast().schedule()).isEqualTo("cron Europe/Berlin 30 3 * * *");
            assertThat(all.getLast().next()).isNotNull();
            String text = told.poll(30, TimeUnit.SECONDS);
            while (text != null && !text.startsWith("all")) {
                text = told.poll(30, TimeUnit.SECONDS);
            }
            assertThat(text).isEqualTo("all triggered");
            assertThat(admin.find(now)).isPresent();
            admin.close();
        }
    }
}
