package dev.roster.group;

/** What a member does with its slot. */
@FunctionalInterface
public interface SlotHandler {
    /**
     * Called on a virtual thread for each view that becomes active. Interrupted when the view ends;
     * the next one becomes active for no member before this returned, or {@link
     * JoinOptions#slotStop} is over. May return earlier: the slot stays this member's.
     *
     * @throws Exception is told to the listeners and counts as a return
     */
    void run(Slot slot) throws Exception;
}
