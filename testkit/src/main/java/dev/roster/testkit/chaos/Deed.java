package dev.roster.testkit.chaos;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One fault of a plan.
 *
 * @param at when at the earliest, from when the group first came to rest; it waits for the deed
 *     before and for the group to come to rest after that
 * @param fault what is done
 * @param target which member, counted from 0, for faults of one member
 * @param lasts until it is undone
 * @param also what is done at the same time to the next member or to all, null for nothing
 */
public record Deed(Duration at, Fault fault, int target, Duration lasts, @Nullable Fault also) {
    @Override
    public String toString() {
        return "%7.1f s  %-17s member %d, for %.1f s: %s%s"
                .formatted(
                        at.toMillis() / 1000.0,
                        fault,
                        target,
                        lasts.toMillis() / 1000.0,
                        fault.text(),
                        also == null ? "" : "; with " + also);
    }
}
