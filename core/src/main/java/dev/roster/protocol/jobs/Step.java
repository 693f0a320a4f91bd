package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One change of a batch. */
public sealed interface Step {
    /** The partitions that get work by these steps. */
    static Set<Integer> worked(List<Step> steps) {
        Set<Integer> worked = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step instanceof Put && step.ledger() == Ledger.WORK) {
                worked.add(step.partition());
            }
        }
        return worked;
    }

    /** The partition. */
    int partition();

    /** The shelf. */
    Ledger ledger();

    /** The spot there. */
    Spot spot();

    /** Puts an entry, whatever stands there. */
    record Put(int partition, Ledger ledger, Spot spot, Bytes value) implements Step {}

    /** Puts an entry in the place of one that has to stand there. */
    record Replace(int partition, Ledger ledger, Spot spot, Bytes value) implements Step {}

    /** Removes what stands there, if anything does. */
    record Remove(int partition, Ledger ledger, Spot spot) implements Step {}

    /** Removes an entry that has to stand there. */
    record Take(int partition, Ledger ledger, Spot spot) implements Step {}
}
