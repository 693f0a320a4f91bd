package dev.roster.protocol.jobs;

/**
 * What keeps the jobs of a key in order when a submit took long: a job stands where it was when its
 * submit began, and an owner that has read on since finds it only when it reads from the very
 * beginning. So what is submitted next is due after that.
 */
public final class Punctuality {
    private Punctuality() {}

    /**
     * When jobs of keys may be due that are submitted after another, in microseconds since 1970.
     *
     * @param due when the other was due, at least
     * @param answered when its submit was answered
     */
    public static long notBefore(long due, long answered) {
        boolean isLate = answered - due > JobsMachine.LATE / 2;
        return isLate ? answered + JobsMachine.SWEEP + JobsMachine.LATE : 0;
    }
}
