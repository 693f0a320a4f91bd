package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Change;
import dev.roster.StoreIdentity;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The acceptance test M9: wall clocks are for people, and the protocol compares none. */
class WallClocksTest {
    private static final long HOUR = 3_600_000;
    private static final Layout LAYOUT = new Layout("g");

    /** A member on a store that answers at once, with a wall clock of its own. */
    private static final class Peer {
        final MemberMachine machine;
        final long wallAhead;
        final List<String> log = new ArrayList<>();
        final ArrayDeque<Event> inbox = new ArrayDeque<>();
        long groupAt = -1;
        long beatsAt = -1;

        Peer(String name, long wallAhead, long seed) {
            this.wallAhead = wallAhead;
            Timing timing = new Timing(Timing.millis(2000), Timing.DRIFT_PER_MILLE);
            machine =
                    new MemberMachine(
                            new MemberSettings("g", name, "", "", "", "", timing, 0, 1000),
                            new Random(seed));
            inbox.add(new Event.Join());
        }

        void run(KeyValueModel store, long nanos) {
            List<Change> changes = groupAt < 0 ? null : store.changesAfter(prefix(), groupAt);
            if (changes != null && !changes.isEmpty()) {
                groupAt = store.read(prefix()).revision();
                inbox.add(new Event.GroupChanged(changes, groupAt));
            }
            List<Change> beats = beatsAt < 0 ? null : store.changesAfter(beatsRange(), beatsAt);
            if (beats != null && !beats.isEmpty()) {
                beatsAt = store.read(prefix()).revision();
                inbox.add(new Event.BeatsChanged(beats));
            }
            inbox.add(new Event.Tick());
            while (!inbox.isEmpty()) {
                long wall = nanos / 1_000_000 + wallAhead;
                for (Effect effect : machine.on(inbox.remove(), new Now(nanos, wall))) {
                    carryOut(effect, store);
                }
            }
        }

        private void carryOut(Effect effect, KeyValueModel store) {
            switch (effect) {
                case Effect.ReadGroup read -> {
                    var all = store.read(prefix());
                    groupAt = all.revision();
                    inbox.add(new Event.GroupRead(all.entries(), groupAt, all.identity()));
                }
                case Effect.ReadBeats read ->
                        inbox.add(new Event.BeatsRead(store.read(beatsRange()).entries()));
                case Effect.WatchBeats watch -> {
                    beatsAt = watch.on() ? store.read(prefix()).revision() : -1;
                    inbox.add(new Event.BeatsRead(store.read(beatsRange()).entries()));
                }
                case Effect.Send send ->
                        inbox.add(new Event.CommitEnded(send.id(), store.commit(send.commit())));
                case Effect.StopSlot stop -> {
                    log.add("stop " + stop.generation());
                    inbox.add(new Event.SlotStopped(stop.generation()));
                }
                case Effect.StartSlot start ->
                        log.add(
                                "start %d: %d of %d"
                                        .formatted(
                                                start.generation(), start.slot(), start.count()));
                case Effect.Lost lost -> log.add("lost " + lost.why());
                case Effect.Report report -> log.add(report.toString());
                default -> {}
            }
        }

        private static Range prefix() {
            return Range.prefix(LAYOUT.prefix());
        }

        private static Range beatsRange() {
            return Range.prefix(LAYOUT.beats());
        }
    }

    /** What each of three members does in a minute, the second dying in the middle. */
    private static List<List<String>> minute(long... wallAhead) {
        KeyValueModel store = new KeyValueModel(new StoreIdentity("store"), 100_000);
        List<Peer> peers = new ArrayList<>();
        for (int p = 0; p < wallAhead.length; p++) {
            peers.add(new Peer("m" + p, wallAhead[p], p));
        }
        List<List<String>> logs = new ArrayList<>();
        peers.forEach(peer -> logs.add(peer.log));
        for (long millis = 0; millis < 60_000; millis += 20) {
            if (millis == 30_000) {
                peers.remove(1);
            }
            for (Peer peer : peers) {
                peer.run(store, Timing.millis(millis));
            }
        }
        return logs;
    }

    @Test
    void m9_clocks_an_hour_apart_change_nothing() {
        List<List<String>> together = minute(0, 0, 0);
        assertThat(minute(0, HOUR, -HOUR)).isEqualTo(together);
        assertThat(minute(-HOUR, -HOUR / 2, 1000 * HOUR)).isEqualTo(together);
        // And something did happen: all had slots, and the dead one was taken for dead.
        assertThat(together.getFirst()).anyMatch(line -> line.endsWith("of 3"));
        assertThat(together.getFirst().getLast()).endsWith("of 2");
        assertThat(together.getFirst()).noneMatch(line -> line.startsWith("lost"));
    }
}
