package dev.roster.it.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a consumer needs does not depend on how many jobs wait. */
@Timeout(300)
final class WaitingIT {
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final int DONE = 2_000;

    /** More of them than that would need many times as much. */
    private static final long ALLOWANCE = 6L << 20;

    @TempDir private Path folder = Path.of("");

    private Process start(String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WaitingWorker.class.getName(),
                        url)
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private static void submit(Producer producer, int count) {
        for (int n = 0; n < count; n += FEW) {
            producer.submitAll(Collections.nCopies(FEW, Job.of("wait", "a small job")));
        }
    }

    @Test
    void aMillionJobsThatWaitTakeNoMoreMemoryThanAFew() throws IOException, InterruptedException {
        String url = "sqlite:" + folder.resolve("waiting.db");
        try (Store store = Store.open(url);
                Producer producer = Jobs.producer(store, WaitingWorker.QUEUE)) {
            JobsAdmin admin = Jobs.admin(store, WaitingWorker.QUEUE);
            submit(producer, FEW);
            Process worker = start(url);
            try (BufferedReader out = worker.inputReader();
                    Writer in = worker.outputWriter()) {
                long few = heapAfter(DONE, in, out);
                submit(producer, MANY);
                long many = heapAfter(DONE, in, out);
                System.out.printf(
                        "Heap in use with %,d jobs waiting: %,d KB; with %,d: %,d KB.%n",
                        FEW - DONE, few >> 10, FEW + MANY - 2 * DONE, many >> 10);
                assertThat(many).isLessThan(few + ALLOWANCE);
                // Some are being done, and the ends of the last ones may not be written yet.
                assertThat(admin.stats().due())
                        .isBetween((long) MANY + FEW - 2 * DONE, (long) MANY + FEW - DONE);
            } finally {
                worker.destroyForcibly();
                worker.waitFor();
            }
        }
    }

    private long heapAfter(int jobs, Writer in, BufferedReader out) throws IOException {
        in.write(jobs + "\n");
        in.flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new AssertionError("It ended: " + Files.readString(folder.resolve("errors")));
        }
        return Long.parseLong(answer);
    }
}
