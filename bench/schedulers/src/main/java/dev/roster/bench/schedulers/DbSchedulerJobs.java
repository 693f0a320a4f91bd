package dev.roster.bench.schedulers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * db-scheduler 16 with lock-and-fetch. The limits are those of its own benchmark
 * (docs/performance.md in its repository): 4 and 20 times the threads with 20 of them, 2 and 6 with
 * 100. It looks every second, where 10 s is its default.
 */
final class DbSchedulerJobs implements JobSystem {
    private static final String TABLE =
            """
            CREATE TABLE scheduled_tasks (
                task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
                execution_time timestamptz, picked boolean NOT NULL, picked_by text,
                last_success timestamptz, last_failure timestamptz, consecutive_failures int,
                last_heartbeat timestamptz, version bigint NOT NULL, priority smallint, state text,
                PRIMARY KEY (task_name, task_instance));
            CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
            CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
            CREATE TABLE orders (number bigint)
            """;

    private final OneTimeTask<String> task =
            Tasks.oneTime("work", String.class)
                    .execute((instance, context) -> {
                        try {
                            Runs.run(
                                    Work.parse(instance.getData()),
                                    context.getExecution().consecutiveFailures + 1);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });

    private final Database database;
    private final String name;
    private final HikariDataSource pool;
    private final SchedulerClient client;
    private @Nullable Scheduler scheduler;
    private @Nullable HikariDataSource working;

    DbSchedulerJobs(String url, String name) {
        this.database = new Database(url);
        this.name = name;
        this.pool = database.pool(10);
        this.client = SchedulerClient.Builder.create(pool, task).build();
    }

    @Override
    public void install() throws Exception {
        Database.run(pool, TABLE);
    }

    private TaskInstance<String> instance(Work work) {
        return task.instance(Long.toString(work.number()), work.toString());
    }

    /** In the process that does the jobs, its scheduler can be told that there is one. */
    private SchedulerClient client() {
        return scheduler == null ? client : scheduler;
    }

    @Override
    public void submit(Work work) {
        boolean unused = client().scheduleIfNotExists(instance(work), Instant.now());
    }

    @Override
    public void submitAll(List<Work> all) {
        List<TaskInstance<?>> instances = new ArrayList<>(all.size());
        all.forEach(work -> instances.add(instance(work)));
        client().scheduleBatch(instances, Instant.now());
    }

    @Override
    public void submitInTransactions(List<Work> all) throws Exception {
        for (Work work : all) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                RosterJobs.Orders.add(connection, work);
                SchedulerClient within =
                        SchedulerClient.Builder.create(only(connection), task).build();
                boolean unused = within.scheduleIfNotExists(instance(work), Instant.now());
                connection.commit();
            }
        }
    }

    /** A source of one connection, which nobody but its owner closes. */
    private static DataSource only(Connection connection) {
        ClassLoader loader = DbSchedulerJobs.class.getClassLoader();
        Object kept =
                Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("close")
                                        ? null
                                        : method.invoke(connection, arguments));
        return (DataSource)
                Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> kept);
    }

    @Override
    public void work(int atOnce) {
        boolean many = atOnce > 50;
        HikariDataSource connections = database.pool(atOnce + 5);
        Scheduler started =
                Scheduler.create(connections, task)
                        .schedulerName(new SchedulerName.Fixed(name))
                        .threads(atOnce)
                        .pollUsingLockAndFetch(many ? 2 : 4, many ? 6 : 20)
                        .pollingInterval(Duration.ofSeconds(1))
                        .enableImmediateExecution()
                        .build();
        started.start();
        scheduler = started;
        working = connections;
    }

    @Override
    public void stop() {
        if (scheduler != null) {
            scheduler.stop();
            scheduler = null;
        }
        if (working != null) {
            working.close();
        }
    }

    @Override
    public long unfinished() throws Exception {
        return Database.count(pool, "SELECT count(*) FROM scheduled_tasks");
    }
}
