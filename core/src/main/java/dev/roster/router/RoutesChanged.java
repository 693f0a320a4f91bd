package dev.roster.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What changed from one table to a later one. Changes follow each other without a gap: each begins
 * where the one before ended.
 *
 * @param before generation of the table before, 0 for none: then everything that is there is told
 * @param generation generation of the table after
 * @param moves partitions that changed hands, in order of their numbers
 * @param joined targets that are there since
 * @param left targets that are gone since
 */
public record RoutesChanged(
        long before, long generation, List<Move> moves, List<Target> joined, List<Target> left) {
    public RoutesChanged {
        moves = List.copyOf(moves);
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }

    /**
     * A partition that changed hands.
     *
     * @param partition its number
     * @param from who owned it before, empty for nobody
     * @param to who owns it since, empty for nobody: it was released, or its owner is gone
     * @param token of the new ownership, 0 for none
     */
    public record Move(int partition, Optional<Target> from, Optional<Target> to, long token) {}

    /** Both as one: from before this to after {@code next}, which follows it. */
    RoutesChanged then(RoutesChanged next) {
        TreeMap<Integer, Move> all = new TreeMap<>();
        moves.forEach(move -> all.put(move.partition(), move));
        for (Move move : next.moves) {
            Move first = all.get(move.partition());
            Optional<Target> from = first == null ? move.from() : first.from();
            all.put(move.partition(), new Move(move.partition(), from, move.to(), move.token()));
        }
        // Who came and went again is told of as neither.
        Map<String, Target> come = new TreeMap<>();
        Map<String, Target> gone = new TreeMap<>();
        joined.forEach(one -> come.put(one.incarnation(), one));
        left.forEach(one -> gone.put(one.incarnation(), one));
        for (Target one : next.joined) {
            if (gone.remove(one.incarnation()) == null) {
                come.put(one.incarnation(), one);
            }
        }
        for (Target one : next.left) {
            if (come.remove(one.incarnation()) == null) {
                gone.put(one.incarnation(), one);
            }
        }
        return new RoutesChanged(
                before,
                next.generation,
                List.copyOf(all.values()),
                new ArrayList<>(come.values()),
                new ArrayList<>(gone.values()));
    }
}
