package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The store of a run, and what can be done to it. For one thread at a time. */
interface Ground extends AutoCloseable {
    /** What it is, for people. */
    String name();

    /** Its URL, for those to whom nothing is done. */
    String url();

    /** Its URL by way of proxies, one for each of {@link #addresses}. */
    String url(List<InetSocketAddress> through);

    /** Where proxies have to go to; none if there is no way to the store that could be cut. */
    List<InetSocketAddress> addresses();

    /** What is spoken on that way. */
    Wire wire();

    /** Why a fault is left out on this store; empty if it is not. */
    Optional<String> leftOut(Fault fault);

    /**
     * Does what comes before a fault of the {@linkplain Fault.Needs#SERVER server}: what is
     * remembered from here on may be forgotten.
     */
    void prepare(Fault fault);

    /** Does a fault of the server; it lasts until {@link #heal}, if it can last. */
    void strike(Fault fault);

    /** Undoes the fault. */
    void heal(Fault fault);

    /** Ends what was started and deletes its files. */
    @Override
    void close();
}
