package dev.roster.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one commit, or one reading, changed in a routing table.
 *
 * @param before generation of the table that it follows, 0 for none
 * @param generation generation of the table that it leads to
 * @param moves the partitions whose owner or token changed, in order
 * @param joined members that take part since, by incarnation
 * @param left members that do not any more, by incarnation
 */
public record RoutingStep(
        long before, long generation, List<Move> moves, List<Peer> joined, List<Peer> left) {
    public RoutingStep {
        moves = List.copyOf(moves);
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }

    /**
     * A partition that changed hands.
     *
     * @param from who owned it before, null for nobody
     * @param to who owns it since, null for nobody
     */
    public record Move(int partition, @Nullable Seat from, @Nullable Seat to) {}
}
