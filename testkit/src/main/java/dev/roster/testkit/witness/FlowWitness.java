package dev.roster.testkit.witness;

import dev.roster.flow.FlowEvent;
import dev.roster.flow.FlowHandler;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.check.Observation;
import java.time.Duration;

/**
 * Writes down what one flow on one path tells: it is the flow's handler, and {@link #store} is the
 * store that the flow has to be on. A flow asks the store for more when it has told what it was
 * given; so who stands in between knows up to which revision everything was told.
 */
public final class FlowWitness implements FlowHandler {
    private final Store inner;
    private final HistoryFile history;
    private final String watcher;

    /** The store that was read last. */
    private volatile String identity = "";

    /** The revision of the latest page of a reading: the pages before are older. */
    private volatile long read;

    /** What was given out last and has not been told yet for sure; -1 for nothing. */
    private volatile long given = -1;

    /**
     * For one flow.
     *
     * @param watcher what the history calls who is told, the same for no other
     */
    public FlowWitness(Store inner, HistoryFile history, String watcher) {
        this.inner = inner;
        this.history = history;
        this.watcher = watcher;
    }

    @Override
    public void on(FlowEvent event) {
        boolean gone = event instanceof FlowEvent.Deleted;
        history.write(
                new Observation.EntryTold(
                        System.nanoTime(), watcher, identity, event.key(), event.revision(), gone));
    }

    private void toldAll() {
        // A reading in pages is of one moment only when the changes since its first are known.
        if (given >= read) {
            history.write(new Observation.ToldUpTo(System.nanoTime(), watcher, identity, given));
        }
        given = -1;
    }

    /** The store for the flow, and for nobody else; the flow's user closes the one inside. */
    public Store store() {
        return new Between();
    }

    private final class Between extends ForwardingStore {
        Between() {
            super(inner);
        }

        @Override
        public Snapshot read(Range range) {
            Snapshot page = super.read(range);
            identity = page.identity().id();
            read = page.revision();
            return page;
        }

        @Override
        public Watch watch(Range range, long afterRevision) {
            Watch watch = super.watch(range, afterRevision);
            return new Watch() {
                @Override
                public Batch next(Duration atMost) throws InterruptedException {
                    toldAll();
                    Batch batch = watch.next(atMost);
                    if (batch instanceof Batch.Changes changes) {
                        given = changes.revision();
                    }
                    return batch;
                }

                @Override
                public void close() {
                    given = -1;
                    watch.close();
                }
            };
        }

        @Override
        public void close() {
            // It is the user's.
        }
    }
}
