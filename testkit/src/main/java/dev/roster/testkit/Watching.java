package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Change;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads from a watch until something has come, with an end to the patience. */
final class Watching {
    private static final Duration STEP = Duration.ofMillis(200);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private Watching() {}

    /** The changes up to a revision, which have to come, in order. */
    static List<Change> upTo(Watch watch, long revision) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        List<Change> all = new ArrayList<>();
        long told = Long.MIN_VALUE;
        while (told < revision) {
            assertThat(System.nanoTime()).as("time to hear of " + revision).isLessThan(end);
            switch (watch.next(STEP)) {
                case Watch.Batch.Changes changes -> {
                    assertThat(changes.revision()).isGreaterThanOrEqualTo(told);
                    for (Change change : changes.changes()) {
                        assertThat(change.revision()).isBetween(told + 1, changes.revision());
                    }
                    told = changes.revision();
                    all.addAll(changes.changes());
                }
                case Watch.Batch.MustReread must -> throw new AssertionError(must.why());
            }
        }
        assertThat(all).extracting(Change::revision).isSorted();
        return all;
    }

    /** Waits for word that the range has to be read again. */
    static Watch.Batch.MustReread mustReread(Watch watch) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            assertThat(System.nanoTime()).as("time to hear of the gap").isLessThan(end);
            if (watch.next(STEP) instanceof Watch.Batch.MustReread must) {
                return must;
            }
        }
    }
}
