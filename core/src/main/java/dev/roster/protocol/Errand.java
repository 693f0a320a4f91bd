package dev.roster.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the owner of its key: whom to send it to, when to look again, when to
 * give up. A request is sent at most {@link #HOPS} times, and again only after an answer that says
 * that nothing was done. For one caller at a time.
 */
public final class Errand {
    /** How often a request is sent at most, so that tables that disagree make no loop. */
    public static final int HOPS = 3;

    private int hops;
    private long atLeast;
    private @Nullable Seat refusedBy;

    /** What to do next. */
    public sealed interface Step {
        /** Send the request to the owner; then say {@link #notOwner} if that is what it answers. */
        record Send(Seat to) implements Step {}

        /** The table is behind what is known elsewhere: read the store. */
        record Refresh(long generation) implements Step {}

        /** Nobody else owns the key now: wait for the table to change, or a while. */
        record Await() implements Step {}

        /** It was sent often enough. */
        record GiveUp() implements Step {}
    }

    /**
     * What to do, by the present table.
     *
     * @param owner the key's owner, null for none
     * @param generation the table's generation
     * @param waited whether the last step was to wait, and is over
     */
    public Step next(@Nullable Seat owner, long generation, boolean waited) {
        if (hops >= HOPS) {
            return new Step.GiveUp();
        }
        if (generation < atLeast) {
            return new Step.Refresh(atLeast);
        }
        Seat refused = refusedBy;
        if (owner == null) {
            return new Step.Await();
        }
        boolean again = refused != null && refused.token() == owner.token();
        if (again && !waited) {
            // It has claimed the key and not begun yet, or is about to give it up.
            return new Step.Await();
        }
        hops++;
        refusedBy = owner;
        return new Step.Send(owner);
    }

    /**
     * It was answered that the one it was sent to does not own the key, and did nothing.
     *
     * @param generation of the table that this was known from, 0 if not known
     */
    public void notOwner(long generation) {
        atLeast = Math.max(atLeast, generation);
    }

    /** The least generation that a table has to be of, to be believed. */
    public long wanted() {
        return atLeast;
    }

    /** How often it was sent. */
    public int hops() {
        return hops;
    }
}
