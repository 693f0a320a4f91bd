package dev.roster.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a batch of seeds came to.
 *
 * @param firstSeed the first seed
 * @param seeds how many were run
 * @param simulatedNanos virtual time of all runs
 * @param realNanos real time of all runs
 * @param events how many events there were
 * @param tally faults, and what happened
 * @param failures the runs that failed; the batch ends with the first unless told otherwise
 */
public record BatchSummary(
        long firstSeed,
        long seeds,
        long simulatedNanos,
        long realNanos,
        long events,
        Tally tally,
        List<Outcome> failures) {
    public BatchSummary {
        failures = List.copyOf(failures);
    }

    /** How many times faster than real time. */
    public double speed() {
        return (double) simulatedNanos / Math.max(1, realNanos);
    }

    /** Virtual time in hours. */
    public double simulatedHours() {
        return simulatedNanos / 3.6e12;
    }

    /** What should have happened at times and never did. */
    public List<Sometimes> never() {
        List<Sometimes> never = new ArrayList<>();
        tally.sometimes()
                .forEach((what, count) -> {
                    if (count == 0) {
                        never.add(what);
                    }
                });
        return never;
    }

    /** One line for people. */
    public String line() {
        return "%d seeds from %d: %.2f hours simulated in %.1f s (%.0f times real time), %d faults, %d events, %d failed"
                .formatted(
                        seeds,
                        firstSeed,
                        simulatedHours(),
                        realNanos / 1e9,
                        speed(),
                        tally.faults(),
                        events,
                        failures.size());
    }

    /** The summary as one JSON object. */
    public String toJson() {
        StringBuilder out = new StringBuilder();
        out.append(
                "{\"firstSeed\":%d,\"seeds\":%d,\"simulatedHours\":%.3f,\"realSeconds\":%.3f,\"speed\":%.0f,\"faults\":%d,\"events\":%d,\"failedSeeds\":["
                        .formatted(
                                firstSeed,
                                seeds,
                                simulatedHours(),
                                realNanos / 1e9,
                                speed(),
                                tally.faults(),
                                events));
        for (int i = 0; i < failures.size(); i++) {
            out.append(i == 0 ? "" : ",").append(failures.get(i).seed());
        }
        out.append("],\"sometimes\":{");
        String separator = "";
        for (Map.Entry<Sometimes, Long> count : tally.sometimes().entrySet()) {
            out.append(separator)
                    .append('"')
                    .append(count.getKey())
                    .append("\":")
                    .append(count.getValue());
            separator = ",";
        }
        return out.append("}}").toString();
    }
}
