package dev.roster.store;

/**
 * What an entry of a {@link Queue} is there for. A queue treats all shelves alike; they are kept
 * apart so that each can be read by itself.
 */
public enum Shelf {
    /** Work that is to be done, now or when it is due. */
    WORK('w'),
    /** What work that is under way has saved. */
    PROGRESS('p'),
    /** Work that was given up. */
    DEAD('d'),
    /** Word of what was finished, kept for a while. */
    DONE('f'),
    /** Keys that are taken. */
    UNIQUE('u'),
    /** Puts that were applied, kept for a while, so that repeating one does nothing. */
    TICKET('t');

    private final char code;

    Shelf(char code) {
        this.code = code;
    }

    /** How a store writes it; never changes. */
    public char code() {
        return code;
    }

    /** The shelf with a {@link #code}. */
    public static Shelf of(char code) {
        for (Shelf shelf : values()) {
            if (shelf.code == code) {
                return shelf;
            }
        }
        throw new IllegalArgumentException("No shelf has the code '" + code + "'.");
    }
}
