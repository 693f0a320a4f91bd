package dev.roster.testkit.simulation;

import dev.roster.Change;
import dev.roster.StoreIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One process's watch of the group's records or of its beats: changes in order, in batches, late by
 * as long as it is drawn, without a gap until it says that there is one.
 */
final class PrefixWatch {
    /** Told of what the watch has to say; null: changes were missed, and it has ended. */
    interface Listener {
        void changed(@Nullable List<Change> changes, long revision);
    }

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final boolean ofBeats;
    private final StoreIdentity store;
    private final Listener listener;
    private long after;
    private boolean underWay;
    private boolean isOver;

    PrefixWatch(
            Simulation simulation,
            SimulatedProcess process,
            boolean ofBeats,
            StoreIdentity store,
            long after,
            Listener listener) {
        this.simulation = simulation;
        this.process = process;
        this.ofBeats = ofBeats;
        this.store = store;
        this.after = after;
        this.listener = listener;
        simulation.store.add(this);
    }

    boolean ofBeats() {
        return ofBeats;
    }

    void end() {
        isOver = true;
        simulation.store.remove(this);
    }

    /** Something may have changed. */
    void wake() {
        if (!underWay && !isOver) {
            underWay = true;
            simulation.schedule.after(simulation.network.watchDelay(), this::look);
        }
    }

    private void look() {
        if (isOver) {
            return;
        }
        if (process.link.isCut() || simulation.store.isDown) {
            simulation.schedule.after(simulation.network.retryDelay(), this::look);
            return;
        }
        if (simulation.network.losesChanges()) {
            // Nothing is heard any more, until the poll notices.
            simulation.schedule.after(simulation.network.pollDelay(), this::missed);
            return;
        }
        boolean same = simulation.store.model().identity().equals(store);
        List<Change> changes =
                same
                        ? simulation
                                .store
                                .model()
                                .changesAfter(simulation.store.range(ofBeats), after)
                        : null;
        if (changes == null) {
            missed();
            return;
        }
        after = simulation.store.model().revision();
        long revision = after;
        simulation.schedule.after(
                simulation.network.delay(),
                () -> {
                    underWay = false;
                    if (isOver) {
                        return;
                    }
                    if (!changes.isEmpty()) {
                        listener.changed(changes, revision);
                        replayLater(changes, revision);
                    }
                    if (!isOver && simulation.store.model().revision() > after) {
                        wake();
                    }
                });
    }

    /** A watch that was made anew behind the scenes tells again what it told. */
    private void replayLater(List<Change> changes, long revision) {
        if (!simulation.network.meets(Fault.WATCH_REPLAY)) {
            return;
        }
        simulation.schedule.after(
                simulation.network.lateness(),
                () -> {
                    if (!isOver) {
                        simulation.tally.count(Sometimes.CHANGES_TOLD_AGAIN);
                        listener.changed(changes, revision);
                    }
                });
    }

    private void missed() {
        if (!isOver) {
            end();
            listener.changed(null, 0);
        }
    }
}
