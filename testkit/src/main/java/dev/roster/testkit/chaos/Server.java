package dev.roster.testkit.chaos;

import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What a kind of server can have done to it, beside what all can. For one thread at a time. */
interface Server {
    /** The server itself. */
    TestServer itself();

    /**
     * Starts a copy that follows it, without that its commits wait for that; returns when the copy
     * has all there is.
     *
     * @param through where the copy reaches it
     */
    Server copy(InetSocketAddress through);

    /** Makes a copy take over. */
    void promote();

    /** From now on no more connections are to be had. */
    void refuseConnections();

    /** Connections are to be had again. */
    void allowConnections();

    /** Why there is always room; empty if that can be changed. */
    default Optional<String> cannotBeFilled() {
        return Optional.empty();
    }

    /** From now on there is no room. */
    void fill();

    /** There is room again. */
    void empty();
}
