package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.FencedException;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobEvent;
import dev.roster.jobs.JobHandler;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Retry;
import dev.roster.jobs.Submission;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueRefusedException;
import dev.roster.store.Store;
import dev.roster.testkit.CutStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job's submission, its effect and its end in an application's own transactions. */
@Timeout(90)
final class PostgresJobsTransactionTest {
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final String schema = SharedPostgres.newSchema();
    private final String shipped = "shipped_" + schema;
    private final ConnectionSource database =
            ConnectionSource.of(PostgresUrl.parse(SharedPostgres.url(schema)));
    private final Store uncut = Store.open(SharedPostgres.url(schema));
    private final CutStore cut = new CutStore(uncut);
    private final Store store =
            new ForwardingStore(cut) {
                @Override
                public Queue queue(String name) {
                    return uncut.queue(name);
                }
            };
    private final Store other = Store.open(SharedPostgres.url(schema));
    private final Producer orders = Jobs.producer(other, "orders");
    private final JobsAdmin admin = Jobs.admin(other, "orders");
    private final BlockingQueue<JobEvent.Kind> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @BeforeEach
    void makeTheTable() throws SQLException {
        try (Connection connection = connect()) {
            PostgresSchema.execute(connection, "CREATE TABLE " + shipped + " (id text)");
        }
    }

    @AfterEach
    void close() {
        mayGoOn.countDown();
        cut.become(CutStore.Fault.NONE);
        orders.close();
        admin.close();
        store.close();
        other.close();
    }

    private Connection connect() throws SQLException {
        return database.connect(20);
    }

    private void insert(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + shipped + " VALUES (?)")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    private String effects() {
        return SharedPostgres.server().sql("SELECT count(*) FROM " + shipped).trim();
    }

    // tag::submit
    private void placeOrder(String order) throws SQLException {
        Submission ship = orders.prepare(Job.of("ship", order));
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            insertOrder(connection, order);
            PostgresStore.apply(connection, schema, "orders", ship.batch());
            connection.commit();
        }
        orders.committed(ship);
    }

    // end::submit

    private void insertOrder(Connection connection, String order) throws SQLException {
        if (order.equals("impossible")) {
            throw new SQLException("no such article");
        }
        PostgresSchema.execute(connection, "SELECT 1");
    }

    // tag::complete
    private void ship(ActiveJob job) throws Exception {
        job.completeWith(finish -> {
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                insertShipment(connection, job);
                PostgresStore.apply(connection, schema, "orders", finish);
                connection.commit();
            }
        });
    }

    // end::complete

    private void insertShipment(Connection connection, ActiveJob job) throws SQLException {
        insert(connection, job.id().toString());
        if (job.payload().toUtf8().equals("twice") && job.attempt() == 1) {
            throw new SQLException("connection lost");
        }
    }

    private Member start(Store on, String name, JobHandler handler) {
        Member member =
                Group.join(on, "shop", JoinOptions.defaults().withName(name).withLease(LEASE));
        Retry soon = new Retry(5, Duration.ofMillis(10), Duration.ofMillis(20), 0);
        Jobs.consumer(member, "orders")
                .listen(event -> told.add(event.kind()))
                .task("ship", TaskOptions.defaults().withRetry(soon), handler)
                .start();
        return member;
    }

    private void awaitTold(JobEvent.Kind wanted) throws InterruptedException {
        JobEvent.Kind kind = told.poll(60, TimeUnit.SECONDS);
        while (kind != null && kind != wanted) {
            kind = told.poll(60, TimeUnit.SECONDS);
        }
        assertThat(kind).isEqualTo(wanted);
    }

    /** Begins, is interrupted, and goes on all the same when the test says so. */
    private void shipLater(ActiveJob job) throws Exception {
        began.countDown();
        boolean wasInterrupted = false;
        while (!wasInterrupted || mayGoOn.getCount() > 0) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        try {
            ship(job);
        } catch (Exception e) {
            thrown.add(e);
            throw e;
        }
    }

    @Test
    void a_job_is_there_if_the_transaction_that_submits_it_commits() throws Exception {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> placeOrder("impossible"));
        assertThat(admin.stats().due()).isZero();
        placeOrder("one");
        assertThat(admin.stats().due()).isEqualTo(1);
        Member member = start(store, "one", this::ship);
        awaitTold(JobEvent.Kind.SUCCEEDED);
        assertThat(effects()).isEqualTo("1");
        member.close();
    }

    @Test
    void the_effect_of_an_attempt_that_rolls_back_is_not_there() throws Exception {
        placeOrder("twice");
        Member member = start(store, "one", this::ship);
        awaitTold(JobEvent.Kind.RETRIED);
        awaitTold(JobEvent.Kind.SUCCEEDED);
        assertThat(effects()).isEqualTo("1");
        assertThat(admin.stats().due()).isZero();
        member.close();
    }

    @Test
    void the_effect_of_a_job_that_was_cancelled_is_not_there() throws Exception {
        JobId id = orders.submit(Job.of("ship", "x"));
        Member member = start(store, "one", this::shipLater);
        assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(admin.cancel(id)).isTrue();
        mayGoOn.countDown();
        assertThat(thrown.poll(60, TimeUnit.SECONDS)).isInstanceOf(QueueRefusedException.class);
        assertThat(effects()).isEqualTo("0");
        assertThat(admin.find(id).map(JobView::state)).isEqualTo(Optional.of(JobState.CANCELLED));
        member.close();
    }

    @Test
    void the_effect_of_a_former_owner_is_not_there() throws Exception {
        orders.submit(Job.of("ship", "x"));
        Member one = start(store, "one", this::shipLater);
        assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
        cut.become(CutStore.Fault.HANGING);
        Member two = start(other, "two", this::ship);
        awaitTold(JobEvent.Kind.SUCCEEDED);
        assertThat(effects()).isEqualTo("1");
        mayGoOn.countDown();
        assertThat(thrown.poll(60, TimeUnit.SECONDS)).isInstanceOf(FencedException.class);
        assertThat(effects()).isEqualTo("1");
        cut.become(CutStore.Fault.NONE);
        one.cancel();
        two.close();
    }
}
