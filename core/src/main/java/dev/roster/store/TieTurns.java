package dev.roster.store;

import java.time.Duration;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * When observers that ask a server at intervals for each other's ties do so: in turns, each at its
 * own part of the interval, so that together they notice sooner than each of them would. A process
 * knows its turn from the names of the ties and from its wall clock; clocks that are far apart, and
 * observers that know different ties, make the turns uneven and do no other harm.
 */
public final class TieTurns {
    private TieTurns() {}

    /**
     * How long until the own turn, in nanoseconds: at least a quarter of the interval, and less
     * than one and a quarter.
     *
     * @param own the own tie
     * @param others the ties of others that this process asks for
     * @param interval how often each process asks
     * @param wallMillis the time
     */
    public static long untilNanos(
            String own, Collection<String> others, Duration interval, long wallMillis) {
        TreeSet<String> all = new TreeSet<>(others);
        all.add(own);
        long millis = interval.toMillis();
        long phase = millis * all.headSet(own).size() / all.size();
        long until = millis - Math.floorMod(wallMillis - phase, millis);
        return TimeUnit.MILLISECONDS.toNanos(until < millis / 4 ? until + millis : until);
    }
}
