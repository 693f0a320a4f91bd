package dev.roster.division;

/**
 * Told what this member is to work on, each key's events in order, on virtual threads: a method may
 * take its time, and holds up no other key.
 */
public interface DivisionListener {
    /**
     * Start work on a key.
     *
     * @throws Exception the work counts as failed, and is tried again after the back-off
     */
    void start(Ownership ownership) throws Exception;

    /**
     * Stop work on a key, then {@linkplain Division#confirm confirm}. Nobody else starts before.
     *
     * @throws Exception it is called again after a while, until {@link DivisionOptions#stopWithin}
     *     is over
     */
    void stop(Ownership ownership, StopReason reason) throws Exception;
}
