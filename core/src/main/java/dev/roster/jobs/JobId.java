package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.store.Queue;

/**
 * Which job.
 *
 * @param partition the partition of its queue
 * @param id unique there
 */
public record JobId(int partition, String id) {
    /** Reads what {@link #toString} wrote. */
    public static JobId parse(String text) {
        int colon = text.indexOf(':');
        try {
            int partition = Integer.parseInt(text.substring(0, Math.max(0, colon)));
            if (partition >= 0 && partition < Queue.PARTITIONS && colon + 1 < text.length()) {
                return new JobId(partition, text.substring(colon + 1));
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new InvalidInputException(
                "%s is no id of a job: it is a partition, a colon and a name."
                        .formatted(Limits.quoted(text)));
    }

    /** The partition, a colon, and the id in it. */
    @Override
    public String toString() {
        return partition + ":" + id;
    }
}
