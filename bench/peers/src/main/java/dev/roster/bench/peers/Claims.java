package dev.roster.bench.peers;

import java.util.BitSet;

/**
 * Which partitions this process believes to own: prints each change with its {@link
 * System#nanoTime}, and for how long the process believed what it had before it stood still.
 */
final class Claims {
    static final int PARTITIONS = 256;

    /** Who was away for so long has lost everything, whatever the settings under test. */
    private static final long AWAY_NANOS = 1_000_000_000L;

    private final BitSet owned = new BitSet(PARTITIONS);

    Claims() {
        Thread watch = new Thread(this::watchForStandstills, "standstills");
        watch.setDaemon(true);
        watch.start();
    }

    synchronized void own(int partition, boolean is) {
        if (owned.get(partition) != is) {
            owned.set(partition, is);
            print((is ? "start " : "stop ") + System.nanoTime() + " " + partition);
        }
    }

    synchronized void ownNothing() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            own(partition, false);
        }
    }

    private synchronized boolean ownsSomething() {
        return !owned.isEmpty();
    }

    private void watchForStandstills() {
        long before = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(2);
                long now = System.nanoTime();
                if (now - before > AWAY_NANOS) {
                    while (ownsSomething() && System.nanoTime() - now < 12 * AWAY_NANOS) {
                        Thread.sleep(1);
                    }
                    print("stale " + (System.nanoTime() - now));
                }
                before = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static synchronized void print(String line) {
        System.out.println(line);
    }
}
