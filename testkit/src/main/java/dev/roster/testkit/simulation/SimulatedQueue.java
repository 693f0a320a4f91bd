package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Proviso;
import dev.roster.protocol.jobs.Reading;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a queue holds: entries in a sorted map. */
final class SimulatedQueue {
    /** Where an entry stands. */
    record Address(int partition, Ledger ledger, Spot spot) implements Comparable<Address> {
        private static final Comparator<Address> ORDER =
                Comparator.comparingInt(Address::partition)
                        .thenComparing(Address::ledger)
                        .thenComparing(Address::spot);

        @Override
        public int compareTo(Address other) {
            return ORDER.compare(this, other);
        }
    }

    private final TreeMap<Address, Bytes> entries = new TreeMap<>();

    SimulatedQueue copy() {
        SimulatedQueue copy = new SimulatedQueue();
        copy.entries.putAll(entries);
        return copy;
    }

    /** Applies steps together, or refuses them. */
    Flush.Answer apply(List<Proviso> provisos, List<Step> steps) {
        List<Spot> failed = new ArrayList<>();
        for (Proviso proviso : provisos) {
            Bytes there = at(new Address(proviso.partition(), proviso.ledger(), proviso.spot()));
            if (!Objects.equals(there, proviso.value())) {
                failed.add(proviso.spot());
            }
        }
        for (Step step : steps) {
            boolean needsOne = step instanceof Step.Take || step instanceof Step.Replace;
            if (needsOne && !entries.containsKey(addressOf(step))) {
                failed.add(step.spot());
            }
        }
        if (!failed.isEmpty()) {
            return new Flush.Answer.Refused(failed);
        }
        for (Step step : steps) {
            switch (step) {
                case Step.Put put -> entries.put(addressOf(put), put.value());
                case Step.Replace replace -> entries.put(addressOf(replace), replace.value());
                case Step.Remove remove -> entries.remove(addressOf(remove));
                case Step.Take take -> entries.remove(addressOf(take));
            }
        }
        return new Flush.Answer.Applied();
    }

    private static Address addressOf(Step step) {
        return new Address(step.partition(), step.ledger(), step.spot());
    }

    /** What stands at an address; null for nothing. */
    @Nullable Bytes at(Address address) {
        return entries.get(address);
    }

    /** What a reading asks for. */
    List<Slip> read(Reading.Want want) {
        List<Slip> found = new ArrayList<>();
        for (var entry : shelf(want.partition(), want.ledger(), want.from()).entrySet()) {
            Spot spot = entry.getKey().spot();
            Spot to = want.to();
            if (found.size() == want.atMost() || (to != null && spot.compareTo(to) >= 0)) {
                break;
            }
            found.add(new Slip(spot, entry.getValue()));
        }
        return found;
    }

    /** All of one shelf of a partition. */
    NavigableMap<Address, Bytes> shelf(int partition, Ledger ledger) {
        return shelf(partition, ledger, null);
    }

    private NavigableMap<Address, Bytes> shelf(int partition, Ledger ledger, @Nullable Spot from) {
        Spot first = from == null ? new Spot(0, 0, "") : from;
        Spot end = new Spot(Spot.RANKS, 0, "");
        return entries.subMap(
                new Address(partition, ledger, first),
                true,
                new Address(partition, ledger, end),
                false);
    }
}
