package dev.roster.cli;

import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.KeyState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Shows how far a division's keys are, and tells when they are done. */
final class Progress {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PLAIN = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofSeconds(30);

    /** Looking costs no more than this part of the time, however many keys there are. */
    private static final int COST = 20;

    private record Ended(long nanos, long count) {}

    private final Joined joined;
    private final Division division;
    private final KeyWork work;
    private final boolean untilDone;
    private final boolean mayBeEmpty;
    private final Deque<Ended> ended = new ArrayDeque<>();
    private long plainAt = System.nanoTime() + PLAIN.toNanos();

    /**
     * @param untilDone whether the run is over when nothing is left to do
     * @param mayBeEmpty whether that is so, too, when there never was anything
     */
    Progress(
            Joined joined, Division division, KeyWork work, boolean untilDone, boolean mayBeEmpty) {
        this.joined = joined;
        this.division = division;
        this.work = work;
        this.untilDone = untilDone;
        this.mayBeEmpty = mayBeEmpty;
    }

    /** Follows until the run is over; returns its exit code. */
    int follow() throws InterruptedException {
        Duration wait = Duration.ZERO;
        while (true) {
            int exit = joined.awaitEnd(wait);
            if (exit >= 0) {
                return exit;
            }
            long begun = System.nanoTime();
            if (untilDone || !joined.report.isQuiet()) {
                look();
            }
            Duration cost = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(COST);
            wait = cost.compareTo(LOOK) > 0 ? cost : LOOK;
        }
    }

    private void look() {
        List<KeyState> keys;
        try {
            keys = division.keys().states("");
        } catch (StoreUnavailableException e) {
            return; // The member itself says so, should it last.
        }
        int done = count(keys, KeyState.State.DONE);
        int failed = count(keys, KeyState.State.FAILED);
        boolean over = done + failed == keys.size() && (mayBeEmpty || !keys.isEmpty());
        String line = line(keys, done, failed);
        if (untilDone && over) {
            joined.report.screen().endLive();
            if (!joined.report.isQuiet()) {
                joined.report.note(line);
            }
            tellFailed(keys);
            joined.finish(failed == 0 ? ExitCodes.OK : ExitCodes.SOME_FAILED);
        } else if (!joined.report.isQuiet()) {
            show(line);
        }
    }

    private void show(String line) {
        if (joined.report.screen().isLive()) {
            joined.report.screen().live(line);
        } else if (System.nanoTime() - plainAt >= 0) {
            plainAt = System.nanoTime() + PLAIN.toNanos();
            joined.report.note(line);
        }
    }

    private void tellFailed(List<KeyState> keys) {
        for (KeyState key : keys) {
            if (key.state() == KeyState.State.FAILED) {
                joined.report.tellOnly(
                        joined.report
                                .event("failed")
                                .put("key", key.key())
                                .put("attempts", key.attempts())
                                .put("error", key.error()));
                joined.report.note(
                        "failed: %s (%d attempts): %s"
                                .formatted(key.key(), key.attempts(), key.error()));
            }
        }
    }

    private static int count(List<KeyState> keys, KeyState.State state) {
        return (int) keys.stream().filter(key -> key.state() == state).count();
    }

    private String line(List<KeyState> keys, int done, int failed) {
        int owned = count(keys, KeyState.State.OWNED) + count(keys, KeyState.State.MOVING);
        int held = division.held().size();
        int running = work.running();
        int elsewhere = Math.max(0, owned - held);
        int waiting = Math.max(0, keys.size() - done - failed - elsewhere - running);
        String counts =
                "%d of %d done, %d running here, %d held elsewhere, %d waiting, %d failed"
                        .formatted(done, keys.size(), running, elsewhere, waiting, failed);
        return counts + speed(done + failed, keys.size());
    }

    private String speed(long now, int all) {
        long nanos = System.nanoTime();
        ended.addLast(new Ended(nanos, now));
        while (ended.size() > 2 && nanos - ended.getFirst().nanos() > WINDOW.toNanos()) {
            ended.removeFirst();
        }
        Ended first = ended.getFirst();
        double seconds = (nanos - first.nanos()) / 1e9;
        if (seconds < 1 || now <= first.count()) {
            return "";
        }
        double rate = (now - first.count()) / seconds;
        String text = String.format(Locale.ROOT, ", %.1f/s", rate);
        long left = all - now;
        return left == 0
                ? text
                : text
                        + ", %s left"
                                .formatted(
                                        DurationConverter.show(
                                                Duration.ofMillis((long) (left / rate * 1000))));
    }
}
