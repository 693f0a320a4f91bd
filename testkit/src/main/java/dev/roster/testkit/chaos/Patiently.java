package dev.roster.testkit.chaos;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import java.util.function.Supplier;

/** What a process begins with, though the store may be down when it starts. */
final class Patiently {
    private static final long RETRY_MILLIS = 200;

    private Patiently() {}

    /** Tries until it succeeds, for as long as a process waits. */
    static <T> T open(Supplier<T> opener) throws InterruptedException {
        long end = System.nanoTime() + Leaving.PATIENCE.toNanos();
        while (true) {
            try {
                return opener.get();
            } catch (StoreUnavailableException | StoreRefusedException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                System.out.println("not open: " + e.getMessage());
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }
}
