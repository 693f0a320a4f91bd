package dev.roster.store;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import java.time.InstantSource;

/**
 * An ordered, transactional, watchable key-value space that all processes of a group reach.
 *
 * <p>Keys are text, ordered by their UTF-8 bytes. Every commit that changes something gets a
 * revision, larger than all before; revisions become visible in order. All methods block, may be
 * called by any number of threads at once, and can be interrupted: a call that ends for that reason
 * ends as one that failed does.
 */
public interface Store extends AutoCloseable {
    /**
     * Opens the store that a URL names: {@code memory:}, {@code memory:NAME}, {@code sqlite:FILE}.
     *
     * @throws StoreRefusedException the scheme is unknown, or the store cannot be used as it is
     * @throws StoreUnavailableException the store does not answer
     */
    static Store open(String url) {
        return StoreProviders.open(url);
    }

    /**
     * The entries of a range as they are together at one revision, which is at least that of any
     * commit whose result this process has seen.
     *
     * @throws StoreUnavailableException nothing was read
     * @throws StoreClosedException this was closed
     */
    Snapshot read(Range range);

    /**
     * Applies the operations in one step if all conditions hold. Atomic, isolated, and when it
     * answers {@link CommitResult.Applied} as durable as the store's description says. Limits are
     * checked before anything is sent.
     *
     * @throws dev.roster.InvalidInputException a key, a value or the commit breaks a limit; nothing
     *     was written
     */
    CommitResult commit(Commit commit);

    /**
     * Watches a range: all changes with a revision above {@code afterRevision}, in order, without
     * gaps, or word that the caller has to read again.
     *
     * @throws StoreUnavailableException it could not begin
     * @throws StoreClosedException this was closed
     */
    Watch watch(Range range, long afterRevision);

    /**
     * Which life of which store this is.
     *
     * @throws StoreUnavailableException it could not be told
     * @throws StoreClosedException this was closed
     */
    StoreIdentity identity();

    /** What one commit can carry. */
    StoreLimits limits();

    /** How this store tells that a process is gone, {@link Ties#NONE} if it cannot. */
    Ties ties();

    /**
     * What an applied commit survives.
     *
     * @throws StoreUnavailableException it could not be told
     */
    Durability durability();

    /**
     * A queue in this store: new if the name is. What the stores of several processes give for a
     * name is the same queue.
     *
     * @throws dev.roster.InvalidInputException the name is not 1 to 200 bytes, in normal form C and
     *     without control characters
     */
    default Queue queue(String name) {
        return Queue.over(this, name, InstantSource.system());
    }

    /**
     * Closes connections and files and ends all watches, and with them the members, routers and
     * flows of this process that use it: leave and close them before. Calling it again does
     * nothing.
     */
    @Override
    void close();
}
