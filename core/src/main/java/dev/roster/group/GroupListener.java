package dev.roster.group;

import dev.roster.Problem;

/**
 * Told what happens to a member, in order, on the member's event loop: return at once. A method
 * that throws is reported as a problem.
 */
public interface GroupListener {
    /** The member belongs to the group, under this incarnation. Again after each re-joining. */
    default void joined(String incarnation) {}

    /** A view is active, and this is the member's slot in it. */
    default void slotStarted(Slot slot) {}

    /** The slot is over. */
    default void slotEnded(Slot slot) {}

    /** The member must not act: nothing that it owns is valid. It tries to come back by itself. */
    default void lost(String why) {}

    /** The member may act again, and owns what it owned before. */
    default void regained() {}

    /** The member has left for good. */
    default void left() {}

    /** Something an operator should know. */
    default void problem(Problem problem) {}
}
