package dev.roster.testkit.simulation;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.protocol.Layout;
import dev.roster.protocol.Proof;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.testkit.check.CommitReader;
import dev.roster.testkit.check.Observation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The model with an apply point: what happens there the referee sees, and watches hear of. */
final class SimulatedStore {
    private static final int CHANGES_KEPT = 2000;
    private static final int COPIES_KEPT = 6;

    private final Simulation simulation;
    private final CommitReader reader;
    private final Layout layout = new Layout(Simulation.GROUP);
    private final Range group = Range.prefix(layout.prefix());
    private final Range beats = Range.prefix(layout.beats());
    private final List<PrefixWatch> watches = new ArrayList<>();
    private final ArrayDeque<Copy> copies = new ArrayDeque<>();
    private KeyValueModel model = new KeyValueModel(new StoreIdentity("store-0"), CHANGES_KEPT);
    private SimulatedQueue queue = new SimulatedQueue();
    private int lives;

    /** What it held. */
    private record Copy(KeyValueModel model, SimulatedQueue queue) {}

    /** Whether it answers nobody. */
    boolean isDown;

    SimulatedStore(Simulation simulation) {
        this.simulation = simulation;
        this.reader = new CommitReader(Simulation.GROUP, simulation::observe);
    }

    Layout layout() {
        return layout;
    }

    KeyValueModel model() {
        return model;
    }

    SimulatedQueue queue() {
        return queue;
    }

    /** Whether a proof holds now. */
    boolean holds(Proof proof) {
        Commit look = new Commit(proof.store(), proof.conditions(), List.of());
        return model.commit(look) instanceof CommitResult.Applied;
    }

    Snapshot readGroup() {
        return model.read(group);
    }

    Snapshot readBeats() {
        return model.read(beats);
    }

    Range range(boolean ofBeats) {
        return ofBeats ? beats : group;
    }

    /** Applies a commit. {@code by}: the incarnation that sent it, "" for none. */
    CommitResult apply(Commit commit, String by) {
        CommitResult result = model.commit(commit);
        if (result instanceof CommitResult.Applied applied && !commit.operations().isEmpty()) {
            simulation.trace.note(simulation.now(), by, commit, applied.revision());
            reader.applied(commit, applied.revision(), by, simulation.now());
            tell(commit, applied.revision());
            wake(commit);
        }
        return result;
    }

    private void tell(Commit commit, long revision) {
        if (!simulation.isFollowed()) {
            return;
        }
        for (Operation operation : commit.operations()) {
            if (group.contains(operation.key())) {
                tell(operation.key(), revision, operation instanceof Operation.Delete);
            }
        }
    }

    private void tell(String key, long revision, boolean gone) {
        simulation.observe(
                new Observation.EntryWritten(
                        simulation.now(), model.identity().id(), key, revision, gone));
    }

    private void wake(Commit commit) {
        boolean inGroup = false;
        boolean inBeats = false;
        for (Operation operation : commit.operations()) {
            inGroup |= operation.key().startsWith(layout.prefix());
            inBeats |= operation.key().startsWith(layout.beats());
        }
        for (int i = 0; i < watches.size(); i++) {
            PrefixWatch watch = watches.get(i);
            if (watch.ofBeats() ? inBeats : inGroup) {
                wake(watch, commit.isQuiet());
            }
        }
    }

    /** Of a quiet commit a watch is told when the store is asked the next time. */
    private void wake(PrefixWatch watch, boolean isQuiet) {
        if (isQuiet && simulation.scenario.personality().asksNowAndThen()) {
            simulation.tally.count(Sometimes.BEAT_TOLD_QUIETLY);
            simulation.schedule.after(simulation.network.quietDelay(), watch::wake);
        } else {
            watch.wake();
        }
    }

    void add(PrefixWatch watch) {
        watches.add(watch);
    }

    void remove(PrefixWatch watch) {
        watches.remove(watch);
    }

    /** Remembers what it holds, to go back to. */
    void copy() {
        copies.addLast(new Copy(model.copy(model.identity()), queue.copy()));
        if (copies.size() > COPIES_KEPT) {
            copies.removeFirst();
        }
    }

    /** Goes back to one of the copies, by age: 0 is the latest; false if there is none. */
    boolean goBack(int age) {
        int index = copies.size() - 1 - age;
        if (index < 0) {
            return false;
        }
        Copy copy = new ArrayList<>(copies).get(index);
        replace(copy.model().copy(nextIdentity()), copy.queue().copy());
        return true;
    }

    /** Forgets everything. */
    void wipe() {
        replace(new KeyValueModel(nextIdentity(), CHANGES_KEPT), new SimulatedQueue());
    }

    /** Copies of earlier eras are of no use any more. */
    void forgetCopies() {
        copies.clear();
    }

    private StoreIdentity nextIdentity() {
        lives++;
        return new StoreIdentity("store-" + lives);
    }

    private void replace(KeyValueModel other, SimulatedQueue otherQueue) {
        model = other;
        queue = otherQueue;
        simulation.trace.note(
                simulation.now(), "store", "went back to " + model.revision(), model.revision());
        reader.replaced(readGroup(), readBeats(), simulation.now());
        if (simulation.isFollowed()) {
            List<Entry> held = new ArrayList<>(readGroup().entries());
            held.sort(Comparator.comparingLong(Entry::modified));
            held.forEach(entry -> tell(entry.key(), entry.modified(), false));
        }
        for (PrefixWatch watch : List.copyOf(watches)) {
            watch.wake();
        }
    }
}
