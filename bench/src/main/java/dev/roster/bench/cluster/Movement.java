package dev.roster.bench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one change of the members brought about.
 *
 * @param tookNanos from the change until the last key that it moved had its new owner
 * @param moves how often a key started anew
 * @param fewestMoves how often one had to
 * @param gapsNanos how long each key that was given up, confirmed, had no owner
 * @param interrupted keys whose owner is the same after as before, but which it lost in between
 * @param spread most keys less fewest of a member afterwards
 */
record Movement(
        long tookNanos,
        int moves,
        int fewestMoves,
        List<Long> gapsNanos,
        int interrupted,
        int spread) {

    /**
     * Reads it from the ledger.
     *
     * @param change when the change was made
     * @param before each key's owner then
     * @param after each key's owner in the end
     */
    static Movement read(
            Ledger ledger,
            long change,
            Map<String, String> before,
            Map<String, String> after,
            int fewestMoves,
            int spread) {
        List<Tenure> begun = ledger.since(change);
        long last = change;
        List<Long> gaps = new ArrayList<>();
        Map<String, Integer> restarts = new TreeMap<>();
        for (Tenure tenure : begun) {
            last = Math.max(last, tenure.start());
            gaps.addAll(ledger.gapBefore(tenure));
            restarts.merge(tenure.key(), 1, Integer::sum);
        }
        long interrupted =
                restarts.keySet().stream()
                        .filter(key -> after.getOrDefault(key, "").equals(before.get(key)))
                        .count();
        return new Movement(
                last - change, begun.size(), fewestMoves, gaps, (int) interrupted, spread);
    }
}
