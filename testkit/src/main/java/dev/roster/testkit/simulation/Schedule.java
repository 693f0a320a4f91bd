package dev.roster.testkit.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/** What is to happen, by virtual time; the order at one time is drawn. */
final class Schedule {
    private record Entry(long at, int tie, long order, Runnable action) {}

    private static final long SECOND = 1_000_000_000L;

    /** More than any group has to do in a second: who asks to be woken at once, again and again. */
    private static final long MOST_A_SECOND = 1_000_000;

    private static final Comparator<Entry> ORDER =
            (a, b) -> {
                int byTime = Long.compare(a.at, b.at);
                if (byTime != 0) {
                    return byTime;
                }
                int byTie = Integer.compare(a.tie, b.tie);
                return byTie != 0 ? byTie : Long.compare(a.order, b.order);
            };

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(1024, ORDER);
    private final RandomGenerator random;
    private long now;
    private long events;
    private long second;
    private long eventsBefore;

    Schedule(RandomGenerator random) {
        this.random = random;
    }

    /** True time, in nanoseconds from the run's begin. No process can read it. */
    long now() {
        return now;
    }

    /** How many events have happened. */
    long events() {
        return events;
    }

    void at(long time, Runnable action) {
        entries.add(new Entry(Math.max(now, time), random.nextInt(), events, action));
    }

    /** The same some time later, with a place at its time that the caller has drawn. */
    void aside(long nanos, int tie, Runnable action) {
        entries.add(new Entry(now + nanos, tie, events, action));
    }

    void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    /** Lets happen what is due until then. */
    void runUntil(long end) {
        while (true) {
            Entry next = entries.peek();
            if (next == null || next.at > end) {
                break;
            }
            entries.remove();
            now = next.at;
            events++;
            if (now - second >= SECOND) {
                second = now;
                eventsBefore = events;
            } else if (events - eventsBefore > MOST_A_SECOND) {
                throw new IllegalStateException("Something is called without end.");
            }
            next.action.run();
        }
        now = Math.max(now, end);
    }
}
