package dev.roster.testkit.simulation;

/**
 * What a batch of seeds is.
 *
 * @param firstSeed where to begin; the seeds after it follow
 * @param seeds at most so many, 0 for no limit
 * @param seconds of real time after which no other seed is begun, 0 for no limit
 * @param twiceEvery one in so many good seeds is run twice and has to go the same way; 0: none
 */
public record BatchOptions(long firstSeed, long seeds, long seconds, int twiceEvery) {
    public BatchOptions {
        if (seeds <= 0 && seconds <= 0) {
            throw new IllegalArgumentException("Give a number of seeds or of seconds.");
        }
    }
}
