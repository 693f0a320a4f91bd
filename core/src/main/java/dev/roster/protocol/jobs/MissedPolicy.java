package dev.roster.protocol.jobs;

import dev.roster.protocol.CorruptRecordException;

/** What becomes of the fire times of a schedule that nobody was there for. */
public enum MissedPolicy {
    /** They are left out. */
    SKIP('s'),
    /** The last of them counts. */
    LAST('l'),
    /** All count, up to a limit. */
    ALL('a');

    private final char letter;

    MissedPolicy(char letter) {
        this.letter = letter;
    }

    int stored() {
        return letter;
    }

    static MissedPolicy of(long stored) throws CorruptRecordException {
        for (MissedPolicy one : values()) {
            if (one.letter == stored) {
                return one;
            }
        }
        throw new CorruptRecordException("it is of no policy that is known: " + stored);
    }
}
