package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.protocol.KeyRecord;
import dev.roster.protocol.Layout;
import dev.roster.store.Range;
import java.util.List;

/** A client that belongs to no member: it adds keys to the list and removes some. */
final class Outsider {
    private static final Bytes GARBAGE = Bytes.utf8("neither fish nor fowl");

    private final Simulation simulation;
    private final Dice dice;
    private final Layout.Division list;
    private int added;
    private int garbage;

    Outsider(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
        this.list = simulation.store.layout().division(Population.LIST);
    }

    void add(int count) {
        for (int i = 0; i < count; i++) {
            added++;
            String key = list.key("k%04d".formatted(added));
            simulation.store.apply(
                    new Commit(
                            null,
                            List.of(new Condition.Absent(key)),
                            List.of(new Operation.Put(key, KeyRecord.NEW.toBytes()))),
                    "");
            simulation.tally.count(Sometimes.KEY_ADDED);
        }
    }

    void remove(int count) {
        for (int i = 0; i < count; i++) {
            List<Entry> keys = present();
            if (keys.isEmpty()) {
                return;
            }
            simulation.store.apply(
                    new Commit(
                            null, List.of(), List.of(new Operation.Delete(dice.oneOf(keys).key()))),
                    "");
            simulation.tally.count(Sometimes.KEY_REMOVED);
        }
    }

    /** How many keys there are. */
    int keys() {
        return present().size();
    }

    private List<Entry> present() {
        return simulation.store.model().read(Range.prefix(list.keys())).entries();
    }

    /** Writes a record that nobody can read. */
    void corrupt() {
        garbage++;
        Layout layout = simulation.store.layout();
        String name = "corrupt~" + garbage;
        String key =
                dice.oneOf(
                        List.of(
                                layout.member(name),
                                layout.ack(name),
                                list.key(name),
                                list.participant(name),
                                list.plan()));
        simulation.store.apply(
                new Commit(null, List.of(), List.of(new Operation.Put(key, GARBAGE))), "");
    }
}
