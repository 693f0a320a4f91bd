package dev.roster.testkit.server;

import java.net.InetSocketAddress;

/**
 * A real server that a test may treat as badly as it likes. It runs when it is made. For one thread
 * at a time.
 *
 * <p>What a kind of server cannot do throws {@link UnsupportedOperationException} with the reason.
 */
public interface TestServer extends AutoCloseable {
    /** What it is, with its version, for people: {@code PostgreSQL 15.8}. */
    String name();

    /** The store URL of an empty or used store in this server; the same for its life. */
    default String url() {
        return url(address());
    }

    /** The store URL that reaches this server by way of another address, such as a proxy's. */
    String url(InetSocketAddress through);

    /** Where it listens; the same for its life. */
    InetSocketAddress address();

    /** SIGKILL to all of its processes; returns when they are gone. */
    void kill();

    /** Ends it as an operator does; returns when it is gone. */
    void stop();

    /** Starts it again after {@link #kill} or {@link #stop}; returns when it answers. */
    void start();

    /** SIGSTOP to all of its processes. */
    void pause();

    /** SIGCONT to all of its processes. */
    void resume();

    /** Makes it forget all data while it runs. */
    void wipe();

    /** Remembers the present state, for {@link #restore}. The server may be down for a moment. */
    void backup();

    /** Puts back the state of the last {@link #backup}. The server may be down for a moment. */
    void restore();

    /** Ends it and deletes its files. */
    @Override
    void close();
}
