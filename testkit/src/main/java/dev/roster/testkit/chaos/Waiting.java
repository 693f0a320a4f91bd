package dev.roster.testkit.chaos;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for servers. */
final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 20;

    private Waiting() {}

    static void until(String what, BooleanSupplier check) {
        long start = System.nanoTime();
        while (!check.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("Waited %s in vain: %s".formatted(PATIENCE, what));
            }
            millis(LOOK_MILLIS);
        }
    }

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a server.", e);
        }
    }
}
