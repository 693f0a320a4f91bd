package dev.roster.division;

/** Does the work of one key. */
@FunctionalInterface
public interface WorkHandler {
    /**
     * Called on a virtual thread when this member owns the key; interrupted when it is to stop.
     * Nobody else starts on the key before this returned, or {@link DivisionOptions#stopWithin} is
     * over.
     *
     * <p>Returning means, in a key list, that the key's work is done for good; in a key space,
     * which is never done, that it is to be called again after the back-off. Returning after an
     * interrupt confirms the stop.
     *
     * @throws Exception the work failed, and is tried again after the back-off, up to the attempts
     */
    void run(Ownership work) throws Exception;
}
