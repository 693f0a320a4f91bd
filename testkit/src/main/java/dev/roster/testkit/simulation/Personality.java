package dev.roster.testkit.simulation;

/** The kind of store that is simulated: what one commit carries, and which traps it has. */
public enum Personality {
    /** One JVM: no ties, and nothing is told twice. */
    MEMORY(1000),
    /** One machine: the kernel tells truly which process is gone. */
    SQLITE(1000),
    /** A session that ended need not mean an ended process, and notifications get lost. */
    POSTGRESQL(1000),
    /** As PostgreSQL. */
    REDIS(1000),
    /** Small commits, no ties; a watch that is made anew may tell again what it told. */
    ETCD(126);

    private final int operations;

    Personality(int operations) {
        this.operations = operations;
    }

    /** Most operations that one commit carries. */
    int operations() {
        return operations;
    }

    /** Whether it tells of quiet commits only when it is asked, now and then. */
    boolean asksNowAndThen() {
        return this == POSTGRESQL || this == REDIS;
    }

    /** Whether this store does such a thing. */
    boolean allows(Fault fault) {
        return switch (fault) {
            case TIES -> this != MEMORY && this != ETCD;
            case TIE_WRONG, TIE_LOST -> this == POSTGRESQL || this == REDIS;
            case WATCH_REPLAY -> this == ETCD;
            default -> true;
        };
    }
}
