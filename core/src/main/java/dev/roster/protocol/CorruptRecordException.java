package dev.roster.protocol;

/** A record cannot be read; it is reported and passed over. */
public final class CorruptRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptRecordException(String why) {
        super(why);
    }
}
