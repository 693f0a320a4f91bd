package dev.roster.protocol;

/** A record cannot be read; it is reported and passed over. */
public final class CorruptRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A record that cannot be read, and why. */
    public CorruptRecordException(String why) {
        super(why);
    }
}
