package dev.roster.testkit.simulation;

import dev.roster.protocol.Event;
import dev.roster.store.Snapshot;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process's reads and watches. */
final class Reads {
    private static final int BEAT_TRIES = 5;

    private final Simulation simulation;
    private final SimulatedProcess process;
    private @Nullable PrefixWatch group;
    private @Nullable PrefixWatch beats;
    private int groupReading;
    private int beatsReading;

    Reads(Simulation simulation, SimulatedProcess process) {
        this.simulation = simulation;
        this.process = process;
    }

    void readGroup() {
        endGroup();
        int reading = groupReading;
        read(
                simulation.store::readGroup,
                snapshot -> {
                    if (reading != groupReading) {
                        return;
                    }
                    process.on(
                            new Event.GroupRead(
                                    snapshot.entries(), snapshot.revision(), snapshot.identity()));
                    if (reading == groupReading && !process.isDead()) {
                        watchGroup(snapshot);
                    }
                },
                () -> {
                    if (reading == groupReading) {
                        simulation.tally.count(Sometimes.READ_FAILED);
                        process.on(new Event.GroupUnreadable("no answer in time"));
                    }
                });
    }

    private void watchGroup(Snapshot snapshot) {
        group =
                new PrefixWatch(
                        simulation,
                        process,
                        false,
                        snapshot.identity(),
                        snapshot.revision(),
                        (changes, revision) ->
                                process.act(() -> {
                                    if (changes == null) {
                                        simulation.tally.count(
                                                Sometimes.REREAD_AFTER_MISSED_CHANGES);
                                        process.on(new Event.GroupMissed("not told"));
                                    } else {
                                        process.on(new Event.GroupChanged(changes, revision));
                                    }
                                }));
        group.wake();
    }

    void readBeats() {
        readBeats(BEAT_TRIES);
    }

    private void readBeats(int tries) {
        read(
                simulation.store::readBeats,
                snapshot -> process.on(new Event.BeatsRead(snapshot.entries())),
                () -> {
                    if (tries > 1) {
                        process.after(simulation.network.retryDelay(), () -> readBeats(tries - 1));
                    }
                });
    }

    void watchBeats(boolean on) {
        endBeats();
        if (!on) {
            return;
        }
        int reading = beatsReading;
        read(
                simulation.store::readBeats,
                snapshot -> {
                    if (reading != beatsReading) {
                        return;
                    }
                    process.on(new Event.BeatsRead(snapshot.entries()));
                    if (reading == beatsReading && !process.isDead()) {
                        followBeats(snapshot);
                    }
                },
                () -> again(reading));
    }

    private void again(int reading) {
        process.after(
                simulation.network.retryDelay(),
                () -> {
                    if (reading == beatsReading) {
                        watchBeats(true);
                    }
                });
    }

    private void followBeats(Snapshot snapshot) {
        int reading = beatsReading;
        beats =
                new PrefixWatch(
                        simulation,
                        process,
                        true,
                        snapshot.identity(),
                        snapshot.revision(),
                        (changes, revision) ->
                                process.act(() -> {
                                    if (changes != null) {
                                        process.on(new Event.BeatsChanged(changes));
                                    } else {
                                        again(reading);
                                    }
                                }));
        beats.wake();
    }

    private void read(Supplier<Snapshot> from, Consumer<Snapshot> then, Runnable failed) {
        Network network = simulation.network;
        Runnable givesUp =
                () ->
                        simulation.schedule.after(
                                simulation.scenario.operationNanos(), () -> process.act(failed));
        if (process.link.losesRequests()) {
            givesUp.run();
            return;
        }
        simulation.schedule.after(
                network.delay(),
                () -> {
                    if (simulation.store.isDown || process.link.losesReplies()) {
                        givesUp.run();
                        return;
                    }
                    Snapshot snapshot = from.get();
                    simulation.schedule.after(
                            network.delay(), () -> process.act(() -> then.accept(snapshot)));
                });
    }

    private void endGroup() {
        groupReading++;
        if (group != null) {
            group.end();
            group = null;
        }
    }

    private void endBeats() {
        beatsReading++;
        if (beats != null) {
            beats.end();
            beats = null;
        }
    }

    void end() {
        endGroup();
        endBeats();
    }
}
