package dev.roster.group;

import dev.roster.Fence;
import dev.roster.runtime.Validity;
import java.util.List;

/**
 * A member's number in one active view: 0 to count − 1, each number held by exactly one member.
 * Safe for use by many threads.
 */
public final class Slot {
    private final long generation;
    private final int number;
    private final List<String> members;
    private final Fence fence;
    private final Validity validity;
    private volatile boolean over;

    Slot(long generation, int number, List<String> members, Fence fence, Validity validity) {
        this.generation = generation;
        this.number = number;
        this.members = List.copyOf(members);
        this.fence = fence;
        this.validity = validity;
    }

    /** The view's number; grows with each view. */
    public long generation() {
        return generation;
    }

    /** This member's number, 0 to {@link #count} − 1. */
    public int number() {
        return number;
    }

    /** How many members the view has. */
    public int count() {
        return members.size();
    }

    /** The view's members by slot, as incarnations. */
    public List<String> members() {
        return members;
    }

    /**
     * Whether the member may act for this slot now: the view has not changed and the lease holds.
     * Quick: no I/O, no lock. (Tier B: it holds while clocks run within 1 % of each other. What
     * must hold whatever happens goes by {@link #fence}.)
     */
    public boolean isValid() {
        return !over && validity.holds();
    }

    /** Makes a commit take effect only while this slot's view is the latest. */
    public Fence fence() {
        return fence;
    }

    void end() {
        over = true;
    }

    @Override
    public String toString() {
        return "slot %d of %d (generation %d)".formatted(number, count(), generation);
    }
}
