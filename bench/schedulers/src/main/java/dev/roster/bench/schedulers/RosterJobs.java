package dev.roster.bench.schedulers;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import dev.roster.Bytes;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Submission;
import dev.roster.jobs.TaskOptions;
import dev.roster.sql.postgres.PostgresStore;
import dev.roster.store.Store;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roster, with its defaults. */
final class RosterJobs implements JobSystem {
    private static final String QUEUE = "bench";
    private static final Duration LEAVE = Duration.ofSeconds(30);

    private final String url;
    private final String name;
    private final Store store;
    private final Producer producer;
    private @Nullable Consumer consumer;
    private @Nullable Member member;
    private @Nullable HikariDataSource pool;
    private @Nullable Connection bare;
    private int keys;
    private boolean isOrdered;
    private int saveMillis;
    private int saveBytes;

    RosterJobs(String url, String name) {
        this.url = url;
        this.name = name;
        store = Store.open(url);
        producer = Jobs.producer(store, QUEUE);
    }

    @Override
    public void install() {
        // It makes what it needs.
    }

    @Override
    public void set(String what, int value) {
        switch (what) {
            case "keys" -> keys = value;
            case "order" -> isOrdered = value > 0;
            case "saveMillis" -> saveMillis = value;
            case "saveBytes" -> saveBytes = value;
            default -> throw new IllegalArgumentException(what);
        }
    }

    private Job job(Work work) {
        Job job = Job.of("work", Bytes.utf8(work.toString()));
        return keys == 0 ? job : job.key("key-" + work.number() % keys);
    }

    @Override
    public void submit(Work work) {
        var unused = producer.submit(job(work));
    }

    @Override
    public void submitAll(List<Work> all) {
        var unused = producer.submitAll(all.stream().map(this::job).toList());
    }

    @Override
    public void submitInTransactions(List<Work> all) throws Exception {
        HikariDataSource connections = connections();
        for (Work work : all) {
            Submission submission = producer.prepare(job(work));
            try (Connection connection = connections.getConnection()) {
                connection.setAutoCommit(false);
                Orders.add(connection, work);
                PostgresStore.apply(connection, QUEUE, submission.batch());
                connection.commit();
            }
            producer.committed(submission);
        }
    }

    private HikariDataSource connections() throws java.sql.SQLException {
        if (!url.startsWith("postgresql:")) {
            throw new UnsupportedOperationException();
        }
        HikariDataSource connections = pool;
        if (connections == null) {
            connections = new Database(url).pool(2);
            Database.run(connections, "CREATE TABLE IF NOT EXISTS orders (number bigint)");
            pool = connections;
        }
        return connections;
    }

    @Override
    public void commitBare() throws Exception {
        Connection connection = bare;
        if (connection == null) {
            connection = connections().getConnection();
            bare = connection;
        }
        Orders.add(connection, new Work(0, 0, 0));
    }

    @Override
    public void work(int atOnce) {
        JoinOptions how = JoinOptions.defaults().withName(name);
        Member joined = Group.join(store, "workers", how);
        member = joined;
        consumer =
                Jobs.consumer(joined, QUEUE)
                        .options(ConsumerOptions.defaults().withConcurrency(atOnce))
                        .task("work", tasks(), this::run)
                        .start();
    }

    private TaskOptions tasks() {
        TaskOptions tasks = TaskOptions.defaults();
        return isOrdered ? tasks.withOrder(TaskOptions.Order.BLOCK) : tasks;
    }

    private void run(ActiveJob job) throws InterruptedException {
        Work work = Work.parse(job.payload().toUtf8());
        if (saveMillis == 0) {
            Runs.run(work, job.attempt());
            return;
        }
        Runs.begin(work, job.attempt());
        long end = System.nanoTime() + work.micros() * 1000L;
        for (int n = 0; System.nanoTime() - end < 0; n++) {
            if (saveBytes > 0) {
                job.checkpoint(saved(n));
            }
            Thread.sleep(saveMillis);
        }
        Runs.end(work);
    }

    private Bytes saved(int number) {
        String text = Integer.toString(number);
        return Bytes.utf8("0".repeat(Math.max(0, saveBytes - text.length())) + text);
    }

    @Override
    public void stop() {
        requireNonNull(consumer).close();
        boolean unused = requireNonNull(member).leave(LEAVE);
    }

    @Override
    public long unfinished() {
        return Runs.ended() - requireNonNull(consumer).counts().succeeded();
    }

    /** The table of an application. */
    static final class Orders {
        private Orders() {}

        static void add(Connection connection, Work work) throws java.sql.SQLException {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO orders VALUES (?)")) {
                insert.setLong(1, work.number());
                insert.executeUpdate();
            }
        }
    }
}
