package dev.roster.bench.schedulers;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;

/**
 * Quartz 2.5, clustered: triggers of one durable job, as many at a time as there are threads,
 * within its lock (its configuration reference asks for both together), strings only, and the
 * shortest time between looks that is sensible, 1 s.
 */
final class QuartzJobs implements JobSystem {
    private static @Nullable Database known;
    private static int connections = 10;

    private final JobDetail job =
            JobBuilder.newJob(Doing.class)
                    .withIdentity("work")
                    .storeDurably()
                    .requestRecovery()
                    .build();
    private final Database database;
    private @Nullable Scheduler scheduler;
    private @Nullable HikariDataSource pool;

    QuartzJobs(String url) {
        database = new Database(url);
        know(database);
    }

    /** Its pool is made by name, without arguments. */
    private static void know(Database database) {
        known = database;
    }

    private HikariDataSource pool() {
        HikariDataSource opened = pool;
        if (opened == null) {
            opened = database.pool(2);
            pool = opened;
        }
        return opened;
    }

    @Override
    public void install() throws Exception {
        try (InputStream in =
                Scheduler.class.getResourceAsStream(
                        "/org/quartz/impl/jdbcjobstore/tables_postgres.sql")) {
            Database.run(pool(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        scheduler(10).addJob(job, true);
    }

    private Scheduler scheduler(int atOnce) throws Exception {
        Scheduler current = scheduler;
        if (current == null) {
            connections = atOnce + 5;
            Properties how = new Properties();
            how.setProperty("org.quartz.scheduler.instanceName", "bench");
            how.setProperty("org.quartz.scheduler.instanceId", "AUTO");
            how.setProperty("org.quartz.scheduler.idleWaitTime", "1000");
            how.setProperty(
                    "org.quartz.scheduler.batchTriggerAcquisitionMaxCount",
                    Integer.toString(atOnce));
            how.setProperty("org.quartz.threadPool.threadCount", Integer.toString(atOnce));
            how.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
            how.setProperty(
                    "org.quartz.jobStore.driverDelegateClass",
                    "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
            how.setProperty("org.quartz.jobStore.useProperties", "true");
            how.setProperty("org.quartz.jobStore.isClustered", "true");
            how.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
            // What waits for long is not late, it waits.
            how.setProperty("org.quartz.jobStore.misfireThreshold", "3600000");
            how.setProperty("org.quartz.jobStore.dataSource", "bench");
            how.setProperty(
                    "org.quartz.dataSource.bench.connectionProvider.class", Pool.class.getName());
            current = new StdSchedulerFactory(how).getScheduler();
            scheduler = current;
        }
        return current;
    }

    private Trigger trigger(Work work) {
        return TriggerBuilder.newTrigger()
                .withIdentity(Long.toString(work.number()))
                .forJob(job)
                .usingJobData("work", work.toString())
                .startNow()
                .build();
    }

    @Override
    public void submit(Work work) throws Exception {
        scheduler(10).scheduleJob(trigger(work));
    }

    @Override
    public void submitAll(List<Work> all) throws Exception {
        for (int from = 0; from < all.size(); from += 1000) {
            Set<Trigger> triggers = new HashSet<>();
            all.subList(from, Math.min(from + 1000, all.size()))
                    .forEach(work -> triggers.add(trigger(work)));
            scheduler(10).scheduleJobs(Map.of(job, triggers), true);
        }
    }

    @Override
    public void work(int atOnce) throws Exception {
        if (scheduler != null) {
            scheduler.shutdown();
            scheduler = null;
        }
        scheduler(atOnce).start();
    }

    @Override
    public void stop() throws Exception {
        requireNonNull(scheduler).shutdown(true);
        scheduler = null;
    }

    @Override
    public long unfinished() throws Exception {
        return Database.count(
                pool(),
                "SELECT (SELECT count(*) FROM qrtz_triggers) + (SELECT count(*) FROM qrtz_fired_triggers)");
    }

    /** Does it. */
    public static final class Doing implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            try {
                Runs.run(
                        Work.parse(context.getMergedJobDataMap().getString("work")),
                        context.getRefireCount() + 1);
            } catch (InterruptedException e) {
                throw new JobExecutionException(e);
            }
        }
    }

    /** Its connections. */
    public static final class Pool implements ConnectionProvider {
        private @Nullable HikariDataSource source;

        @Override
        public void initialize() {
            source = requireNonNull(known).pool(connections);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return requireNonNull(source).getConnection();
        }

        @Override
        public void shutdown() {
            requireNonNull(source).close();
        }
    }
}
