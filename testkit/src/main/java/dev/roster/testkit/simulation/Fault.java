package dev.roster.testkit.simulation;

/** What can be done to a group. A run has some of these on. */
public enum Fault {
    /** A process is gone, with all that it remembered; often one of that name starts later. */
    CRASH,
    /** A process stands still while clocks run. */
    PAUSE,
    /** As a pause, and the clock of the guard stands still, too. */
    SUSPEND,
    /** A process reaches the store no more, nor the store it. */
    PARTITION,
    /** What a process asks arrives, and the answers are lost. */
    ONE_WAY,
    /** The store answers nobody. */
    STORE_DOWN,
    /** The store takes its time. */
    STORE_SLOW,
    /** The store goes back to what it was. */
    STORE_BACK,
    /** A commit is lost on the way to the store. */
    REQUEST_LOST,
    /** A commit's answer is lost. */
    REPLY_LOST,
    /** A commit arrives twice. */
    DUPLICATE,
    /** A commit arrives when nobody waits for it any more. */
    LATE,
    /** A commit fails for no reason. */
    SPURIOUS,
    /** Changes are told late. */
    WATCH_LAG,
    /** Changes are not told. */
    WATCH_LOST,
    /** A handler does not stop when told. */
    STUCK,
    /** Work fails, ends, or is given back. */
    ENDING,
    /** A member leaves and another joins. */
    LEAVE,
    /** A member gives up its keys, or changes its part. */
    PART,
    /** Keys come and go. */
    KEYS,
    /** Records are overwritten with what nobody can read. */
    CORRUPT,
    /** Ties break with the process, so that others hear of it at once. */
    TIES,
    /** The store takes the tie of a process for broken though it lives, and others hear of it. */
    TIE_WRONG,
    /** The tie of a process breaks though it lives; it notices, others hear of it, it is remade. */
    TIE_LOST,
    /** Changes that were told are told again, after later ones. */
    WATCH_REPLAY
}
