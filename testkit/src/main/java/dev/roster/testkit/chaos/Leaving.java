package dev.roster.testkit.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** When a process of a run has to leave: when its standard input ends. */
final class Leaving {
    /** How long it waits for a store that is away. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final CountDownLatch calm = new CountDownLatch(1);
    private final CountDownLatch latch = new CountDownLatch(1);

    private Leaving() {}

    /** Begins to look. A process that does not leave when it has to is halted after a while. */
    static Leaving begin() {
        Leaving leaving = new Leaving();
        Thread.ofPlatform().daemon().start(leaving::look);
        return leaving;
    }

    private void look() {
        try {
            while (System.in.read() >= 0) {
                // Whatever is said: there is to be nothing new.
                calm.countDown();
            }
        } catch (IOException e) {
            // That is an end, too.
        }
        calm.countDown();
        latch.countDown();
        // It may be on its way in, or the store may be away.
        try {
            Thread.sleep(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(3);
    }

    /** Whether it may begin something new. */
    boolean isCalm() {
        return calm.getCount() == 0;
    }

    /** Waits until it has to leave. */
    void await() throws InterruptedException {
        latch.await();
    }
}
