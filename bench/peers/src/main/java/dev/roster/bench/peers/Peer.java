package dev.roster.bench.peers;

/** Something that divides partitions among processes. */
interface Peer {
    /** Joins, and tells from now on which partitions this process believes to own. */
    void join(String name, Claims claims) throws Exception;

    /** Leaves cleanly; returns when that is done. */
    void leave() throws Exception;
}
