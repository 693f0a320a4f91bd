package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the pages about jobs that needs no more than memory. */
@Timeout(60)
class JobsSnippetsTest {
    private final Store store = new MemoryStore();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private void send(String to) {
        told.add(to);
    }

    private String next() throws InterruptedException {
        return told.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void the_first_job() throws InterruptedException {
        // tag::submit
        Producer mail = Jobs.producer(store, "mail");
        JobId id = mail.submit(Job.of("welcome", "ann@example.org"));
        // end::submit
        // tag::consume
        Member member = Group.join(store, "shop", JoinOptions.defaults());
        Consumer consumer =
                Jobs.consumer(member, "mail")
                        .task("welcome", job -> send(job.payload(Codec.TEXT)))
                        .start();
        // end::consume
        assertThat(next()).isEqualTo("ann@example.org");
        // tag::more
        mail.submit(
                Job.of("welcome", "bob@example.org")
                        .delay(Duration.ofMillis(100))
                        .priority(2)
                        .attempts(5)
                        .unique("welcome/bob", Duration.ofDays(1)));
        // end::more
        assertThat(next()).isEqualTo("bob@example.org");
        // tag::look
        JobsAdmin admin = Jobs.admin(store, "mail");
        JobState state = admin.find(id).map(JobView::state).orElseThrow();
        List<JobView> dead = admin.list(JobState.DEAD, "", 100, "").jobs();
        // end::look
        assertThat(state).isIn(JobState.DONE, JobState.WAITING);
        assertThat(dead).isEmpty();
        // tag::close
        consumer.close();
        member.close();
        // end::close
    }

    @Test
    void in_order() throws InterruptedException {
        Member member = Group.join(store, "shop", JoinOptions.defaults());
        // tag::order
        TaskOptions inOrder =
                TaskOptions.defaults()
                        .withOrder(TaskOptions.Order.BLOCK)
                        .withRetry(
                                Retry.exponential(
                                        Duration.ofSeconds(1), Duration.ofMinutes(5), 20));
        Jobs.consumer(member, "accounts")
                .task("book", inOrder, job -> send(job.key() + job.payload(Codec.TEXT)))
                .start();
        Producer accounts = Jobs.producer(store, "accounts");
        accounts.submit(Job.of("book", "+5").key("account-7"));
        accounts.submit(Job.of("book", "-3").key("account-7"));
        // end::order
        assertThat(next()).isEqualTo("account-7+5");
        assertThat(next()).isEqualTo("account-7-3");
        member.close();
    }

    // tag::long
    private void importFile(ActiveJob job) {
        int line = job.lastCheckpoint().map(at -> Integer.parseInt(at.toUtf8())).orElse(0);
        for (; line < 1000; line++) {
            importLine(line);
            job.checkpoint(Bytes.utf8(Integer.toString(line + 1)));
            job.progress(line / 10, "line " + line);
        }
    }

    // end::long

    private void importLine(int line) {
        if (line == 999) {
            told.add("all");
        }
    }

    @Test
    void long_jobs() throws InterruptedException {
        Member member = Group.join(store, "shop", JoinOptions.defaults());
        Jobs.consumer(member, "files").task("import", this::importFile).start();
        Jobs.producer(store, "files").submit(Job.of("import", "big.csv"));
        assertThat(next()).isEqualTo("all");
        member.close();
    }

    @Test
    void once() throws InterruptedException {
        Member member = Group.join(store, "shop", JoinOptions.defaults());
        Queue queue = store.queue("orders");
        // tag::once
        Jobs.consumer(member, "orders")
                .task(
                        "ship",
                        job ->
                                job.completeWith(finish -> {
                                    // Begin a transaction, do what the job is for, and then:
                                    applyInTheTransaction(queue, finish);
                                    // Commit.
                                }))
                .start();
        // end::once
        Jobs.producer(store, "orders").submit(Job.of("ship", "7"));
        assertThat(next()).isEqualTo("shipped");
        member.close();
    }

    private void applyInTheTransaction(Queue queue, QueueBatch finish) {
        if (!(queue.apply(finish) instanceof QueueResult.Applied)) {
            throw new IllegalStateException("Roll back.");
        }
        told.add("shipped");
    }
}
