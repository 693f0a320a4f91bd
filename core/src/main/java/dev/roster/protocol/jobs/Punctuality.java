package dev.roster.protocol.jobs;

/**
 * What keeps the jobs of a key in order when a submit took long: a job stands where it was when its
 * submit began, and an owner that has read on since finds it only when it goes back further than
 * usual. So what is submitted next is due after that. That is sure unless a submit took longer than
 * 25 seconds; then it is where the owner reads from the very beginning at least once a minute, as
 * it does unless that has become slow.
 */
public final class Punctuality {
    /** Submits that took no longer are found with what is due. Clocks may differ by the rest. */
    private static final long USUAL = Sweeps.HORIZON - JobsMachine.SWEEP;

    private static final long MINUTE = 60_000_000;

    private Punctuality() {}

    /**
     * When jobs of keys may be due that are submitted after another, in microseconds since 1970.
     *
     * @param due when the other was due, at least
     * @param answered when its submit was answered
     */
    public static long notBefore(long due, long answered) {
        long late = answered - due;
        if (late <= JobsMachine.LATE / 2) {
            return 0;
        }
        long found = late <= USUAL ? JobsMachine.SWEEP : MINUTE + JobsMachine.SWEEP;
        return answered + found + JobsMachine.LATE;
    }
}
