package dev.roster.bench.schedulers;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.runner.ThreadLocalJobContext;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jspecify.annotations.Nullable;

/**
 * JobRunr 8: job requests, which spare it to read byte code, virtual threads (its default), and the
 * shortest interval of looking that it permits, 5 s.
 */
final class JobRunrJobs implements JobSystem {
    private final Database database;
    private @Nullable HikariDataSource pool;
    private @Nullable JobRequestScheduler scheduler;
    private @Nullable BackgroundJobServer server;

    JobRunrJobs(String url) {
        database = new Database(url);
    }

    private StorageProvider storage(int connections) {
        HikariDataSource opened = database.pool(connections);
        pool = opened;
        return new PostgresStorageProvider(opened);
    }

    @Override
    public void install() {
        JobRequestScheduler unused = scheduler();
    }

    private JobRequestScheduler scheduler() {
        JobRequestScheduler known = scheduler;
        if (known == null) {
            known =
                    JobRunr.configure()
                            .useStorageProvider(storage(10))
                            .initialize()
                            .getJobRequestScheduler();
            scheduler = known;
        }
        return known;
    }

    @Override
    public void submit(Work work) {
        scheduler().enqueue(new Request(work.toString()));
    }

    @Override
    public void submitAll(List<Work> all) {
        scheduler().enqueue(all.stream().map(work -> new Request(work.toString())));
    }

    @Override
    public void work(int atOnce) {
        BackgroundJobServerConfiguration how =
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andWorkerCount(atOnce)
                        .andPollInterval(Duration.ofSeconds(5));
        var result =
                JobRunr.configure()
                        .useStorageProvider(storage(20))
                        .useBackgroundJobServer(how)
                        .initialize();
        scheduler = result.getJobRequestScheduler();
        server = result.getBackgroundJobServer();
    }

    @Override
    public void stop() {
        requireNonNull(server).stop();
    }

    @Override
    public long unfinished() throws Exception {
        return Database.count(
                requireNonNull(pool),
                "SELECT count(*) FROM jobrunr_jobs WHERE state IN ('ENQUEUED', 'PROCESSING', 'SCHEDULED', 'FAILED')");
    }

    /** What is stored. */
    public static final class Request implements JobRequest {
        private static final long serialVersionUID = 1;

        public String work = "";

        public Request() {}

        Request(String work) {
            this.work = work;
        }

        @Override
        public Class<Handler> getJobRequestHandler() {
            return Handler.class;
        }
    }

    /** Does it. */
    public static final class Handler implements JobRequestHandler<Request> {
        @Override
        public void run(Request request) throws Exception {
            Runs.run(
                    Work.parse(request.work),
                    ThreadLocalJobContext.getJobContext().amountOfFailures() + 1);
        }
    }
}
