package dev.roster.testkit.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param simulatedNanos how much virtual time it took
 * @param events how many events there were
 * @param hash of all that happened: equal for two runs of one seed
 * @param failure what went wrong, or null
 * @param lastEvents of a run that failed
 */
public record Outcome(
        long seed,
        Scenario scenario,
        long simulatedNanos,
        long events,
        long hash,
        Tally tally,
        @Nullable Throwable failure,
        List<String> lastEvents) {

    /** Whether all promises were kept. */
    public boolean isGood() {
        return failure == null;
    }
}
