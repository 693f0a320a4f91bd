package dev.roster.store;

import dev.roster.Change;
import dev.roster.StoreUnavailableException;
import java.time.Duration;
import java.util.List;

/** Changes of a range as they happen. For one thread at a time. */
public interface Watch extends AutoCloseable {
    /**
     * Waits for changes, at most so long, and returns them; none when the time is over.
     *
     * @throws StoreUnavailableException the store cannot be asked now; the watch goes on where it
     *     was when called again
     * @throws InterruptedException the thread was interrupted; nothing is lost
     * @throws IllegalStateException the watch or its store was closed
     */
    Batch next(Duration atMost) throws InterruptedException;

    /** Ends the watch; a thread that waits in {@link #next} is let go. */
    @Override
    void close();

    /** What a watch has to say. */
    sealed interface Batch {
        /**
         * Changes in order of their revisions, never part of a commit.
         *
         * @param changes those of the range
         * @param revision all changes of the range up to this revision have been told now
         */
        record Changes(List<Change> changes, long revision) implements Batch {
            public Changes {
                changes = List.copyOf(changes);
            }
        }

        /**
         * Changes in between are not to be had (compacted, or the store is another one): read the
         * range again and watch from there. The watch has ended.
         */
        record MustReread(String why) implements Batch {}
    }
}
