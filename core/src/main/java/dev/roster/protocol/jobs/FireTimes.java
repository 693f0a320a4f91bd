package dev.roster.protocol.jobs;

import java.util.ArrayDeque;
import java.util.List;

/** When a schedule fires: each time it is asked the same, the same answer. */
@FunctionalInterface
public interface FireTimes {
    /** The time after the last one. */
    long NEVER = Long.MAX_VALUE;

    /** The first fire time after a time, in microseconds since 1970. */
    long after(long time);

    /**
     * The last fire times in {@code (after, now]}, in their order. Looks back from now, first a
     * second and then twice as far each time, so that a long absence costs no more than what is
     * asked for.
     */
    default List<Long> last(long after, long now, int most) {
        ArrayDeque<Long> found = new ArrayDeque<>();
        long back = 1_000_000;
        while (after < now) {
            long from = back < now - after ? now - back : after;
            found.clear();
            for (long time = after(from); time <= now; time = after(time)) {
                found.add(time);
                if (found.size() > most) {
                    found.remove();
                }
            }
            if (found.size() == most || from == after) {
                break;
            }
            back *= 2;
        }
        return List.copyOf(found);
    }
}
