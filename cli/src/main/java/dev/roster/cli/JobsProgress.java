package dev.roster.cli;

import dev.roster.StoreUnavailableException;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerCounts;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.function.Predicate;

/** Shows what a worker has done, and tells when there is nothing left. */
final class JobsProgress {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PLAIN = Duration.ofSeconds(10);

    /** Looking costs no more than this part of the time. */
    private static final int COST = 20;

    private final Joined joined;
    private final Consumer consumer;
    private long plainAt = System.nanoTime() + PLAIN.toNanos();
    private String last = "";

    JobsProgress(Joined joined, Consumer consumer) {
        this.joined = joined;
        this.consumer = consumer;
    }

    /** Follows until the run is over, or nothing is left; returns its exit code. */
    int follow(Predicate<Store> isEmpty) throws InterruptedException {
        Duration wait = Duration.ZERO;
        while (true) {
            int exit = joined.awaitEnd(wait);
            if (exit >= 0) {
                joined.report.screen().endLive();
                return exit;
            }
            long begun = System.nanoTime();
            ConsumerCounts counts = consumer.counts();
            if (isOver(isEmpty)) {
                joined.finish(counts.dead() == 0 ? ExitCodes.OK : ExitCodes.SOME_FAILED);
            }
            if (!joined.report.isQuiet()) {
                show(line(counts));
            }
            Duration cost = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(COST);
            wait = cost.compareTo(LOOK) > 0 ? cost : LOOK;
        }
    }

    private boolean isOver(Predicate<Store> isEmpty) {
        try {
            return isEmpty.test(joined.member.store());
        } catch (StoreUnavailableException e) {
            return false; // The member itself says so, should it last.
        }
    }

    private void show(String line) {
        if (joined.report.screen().isLive()) {
            joined.report.screen().live(line);
        } else if (System.nanoTime() - plainAt >= 0 && !line.equals(last)) {
            plainAt = System.nanoTime() + PLAIN.toNanos();
            last = line;
            joined.report.note(line);
        }
    }

    private static String line(ConsumerCounts counts) {
        return "%d done, %d running, %d read ahead, %d to be tried again, %d given up; %d partitions"
                .formatted(
                        counts.succeeded(),
                        counts.running(),
                        counts.waiting(),
                        counts.retried(),
                        counts.dead(),
                        counts.partitions());
    }
}
