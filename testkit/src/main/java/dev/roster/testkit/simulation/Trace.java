package dev.roster.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * The last things that happened, for people, and a hash of all of them, by which two runs are
 * compared. Texts are made only when they are asked for.
 */
final class Trace {
    private static final int KEPT = 200;
    private static final int LINE_CHARACTERS = 400;

    private final long[] times = new long[KEPT];
    private final String[] who = new String[KEPT];
    private final Object[] what = new Object[KEPT];
    private long count;
    private long hash;

    /**
     * Notes what happened.
     *
     * @param number something that tells it from others of its kind
     */
    void note(long at, String subject, Object event, long number) {
        int index = (int) (count++ % KEPT);
        times[index] = at;
        who[index] = subject;
        what[index] = event;
        mix(at);
        mix(subject.hashCode());
        mix(event instanceof String text ? text.hashCode() : event.getClass().getName().hashCode());
        mix(number);
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    List<String> last() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            int index = (int) (i % KEPT);
            String text = String.valueOf(what[index]);
            lines.add(
                    "%12.6f %-12s %s"
                            .formatted(
                                    times[index] / 1e9,
                                    who[index],
                                    text.length() > LINE_CHARACTERS
                                            ? text.substring(0, LINE_CHARACTERS) + "…"
                                            : text));
        }
        return lines;
    }
}
