package dev.roster.it.waiting;

import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.Jobs;
import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A consumer that does as many jobs as it is told to, a line of input each time, and then says how
 * many bytes of its heap are in use after a collection. Argument: store URL.
 */
final class WaitingWorker {
    static final String QUEUE = "waiting";

    private static final int COLLECTIONS = 3;

    private WaitingWorker() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Semaphore allowed = new Semaphore(0);
        Semaphore done = new Semaphore(0);
        try (Store store = Store.open(args[0]);
                Member member =
                        Group.join(
                                store,
                                "waiting",
                                JoinOptions.defaults().withLease(Duration.ofSeconds(10)));
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Jobs.consumer(member, QUEUE)
                    .task(
                            "wait",
                            job -> {
                                allowed.acquire();
                                done.release();
                            })
                    .start();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int count = Integer.parseInt(line);
                allowed.release(count);
                done.acquire(count);
                System.out.println(heap());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int n = 0; n < COLLECTIONS; n++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
