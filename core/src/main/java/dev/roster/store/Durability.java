package dev.roster.store;

/**
 * What can be lost of commits that were answered with {@link dev.roster.CommitResult.Applied}.
 *
 * <p>Told by the store as it is configured now, as far as it can be seen from here. Whatever is
 * lost, tokens do not come twice: members notice that the store went back and begin a new era.
 *
 * @param crash what is lost when the process that keeps the store is killed
 * @param powerLoss what is lost when its machine loses power
 * @param failover what is lost when another server takes over from it
 * @param why which settings say so, for people
 */
public record Durability(Loss crash, Loss powerLoss, Loss failover, String why) {
    /** How much is lost. */
    public enum Loss {
        /** Nothing. */
        NOTHING,
        /** Commits of the last moments, about a second or the lag of a replica. */
        LAST_COMMITS,
        /** All of it. */
        EVERYTHING,
        /** It cannot be seen from here. */
        UNKNOWN,
        /** This does not happen to this store. */
        NEVER_HAPPENS
    }
}
