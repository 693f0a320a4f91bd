package dev.roster.bench.cluster;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the keys of a division that a member works on, which take it no time. */
final class HeldKeys implements DivisionListener {
    private final Division division;
    private final AtomicInteger held = new AtomicInteger();

    HeldKeys(Division division) {
        this.division = division;
    }

    @Override
    public void start(Ownership ownership) {
        held.incrementAndGet();
    }

    @Override
    public void stop(Ownership ownership, StopReason reason) {
        held.decrementAndGet();
        division.confirm(ownership);
    }

    /** Whether all keys are held, and no member holds two more than another. */
    static boolean areLevel(List<HeldKeys> members, int keys) {
        List<Integer> held = members.stream().map(one -> one.held.get()).sorted().toList();
        int all = held.stream().mapToInt(Integer::intValue).sum();
        return all == keys && held.getLast() - held.getFirst() <= 1;
    }
}
