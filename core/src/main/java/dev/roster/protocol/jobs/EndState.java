package dev.roster.protocol.jobs;

/** How a job ended for good. */
public enum EndState {
    /** Its handler returned. */
    DONE('d'),
    /** It was taken out before that. */
    CANCELLED('c'),
    /** It was too late to begin. */
    EXPIRED('e'),
    /** It was given up, and is kept as a dead letter. */
    DEAD('x');

    private final char code;

    EndState(char code) {
        this.code = code;
    }

    /** How it is stored; never changes. */
    public char code() {
        return code;
    }
}
