package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;
import org.jspecify.annotations.Nullable;

/**
 * Tells the first observation at or after the time by which a quiet group has to have converged.
 */
final class Converged {
    private long judged = -1;

    /** The quiet to be judged now, or null; each is returned once. */
    @Nullable Quiet due(Observation seen, World world) {
        Quiet quiet = world.quiet;
        if (quiet == null || quiet.at() == judged || seen.at() < quiet.by()) {
            return null;
        }
        judged = quiet.at();
        return quiet;
    }
}
