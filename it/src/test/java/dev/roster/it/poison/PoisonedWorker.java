package dev.roster.it.poison;

import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A consumer that does to its process whatever its jobs are for. Arguments: store URL, name, and
 * "leaving" if its member leaves when the process is asked to end, or ends itself.
 */
final class PoisonedWorker {
    static final String QUEUE = "poison";

    private PoisonedWorker() {}

    public static void main(String[] args) throws InterruptedException {
        Store store = Store.open(args[0]);
        Member member =
                Group.join(
                        store,
                        "poisoned",
                        JoinOptions.defaults().withName(args[1]).withLease(Duration.ofSeconds(2)));
        TaskOptions soon =
                TaskOptions.defaults().withRetry(new Retry(10, Duration.ZERO, Duration.ZERO, 0));
        Jobs.consumer(member, QUEUE)
                .options(ConsumerOptions.defaults().withStuckAfter(Duration.ofSeconds(1)))
                .task("good", soon, job -> Thread.sleep(5))
                .task("exit", soon, job -> System.exit(3))
                .task("halt", soon, job -> Runtime.getRuntime().halt(4))
                .task("stack", soon, job -> descend(0))
                .task("memory", soon, job -> fill())
                .task("loop", soon.withTimeout(Duration.ofMillis(300)), job -> loop())
                .start();
        if (args[2].equals("leaving")) {
            Runtime.getRuntime().addShutdownHook(new Thread(member::close));
        }
        CountDownLatch end = new CountDownLatch(1);
        member.listen(
                new GroupListener() {
                    @Override
                    public void left() {
                        end.countDown();
                    }
                });
        end.await();
        // As a service does whose member is gone: whoever supervises it starts another one.
        Runtime.getRuntime().halt(5);
    }

    private static int descend(int depth) {
        return depth < 0 ? 0 : descend(depth + 1) + 1;
    }

    private static void fill() {
        List<byte[]> all = new ArrayList<>();
        while (all.size() < Integer.MAX_VALUE) {
            all.add(new byte[1 << 20]);
        }
    }

    private static void loop() {
        long count = 0;
        while (count >= 0) {
            count = (count + 1) & 0xff;
        }
    }
}
