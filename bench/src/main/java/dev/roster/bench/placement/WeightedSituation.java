package dev.roster.bench.placement;

import dev.roster.protocol.placement.StableHash;
import dev.roster.protocol.placement.StickyQuotaFill;
import dev.roster.protocol.placement.WeightedFill;
import dev.roster.protocol.placement.WeightedPlacement;
import java.util.Arrays;

/**
 * Keys whose weights follow Zipf's law, on members with capacities 1 to 4, after a change. The one
 * that joins or leaves has capacity 4.
 */
final class WeightedSituation {
    private static final long SEED = 42;
    private static final double HEAVIEST = 1e9;

    private final int[] previous;
    private final long[] weight;
    private final long[] capacity;

    private WeightedSituation(int[] previous, long[] weight, long[] capacity) {
        this.previous = previous;
        this.weight = weight;
        this.capacity = capacity;
    }

    static WeightedSituation after(Change change, int keys, int membersBefore, double exponent) {
        long[] weight = new long[keys];
        Arrays.setAll(
                weight,
                k -> {
                    long rank = 1 + Long.remainderUnsigned(StableHash.of(k, SEED), keys);
                    return (long) (HEAVIEST / Math.pow((double) rank, exponent));
                });
        int[] found = new int[keys];
        Arrays.fill(found, StickyQuotaFill.NOBODY);
        int membersAfter = change.membersAfter(membersBefore);
        if (change != Change.FROM_NOTHING) {
            var before = new WeightedSituation(found, weight, capacities(membersBefore));
            int[] placement = before.place().next();
            Arrays.setAll(
                    found,
                    k -> placement[k] < membersAfter ? placement[k] : StickyQuotaFill.NOBODY);
        }
        return new WeightedSituation(found, weight, capacities(membersAfter));
    }

    /** 1, 2, 3, 4, 1, ... and 4 for one that joins a thousand. */
    private static long[] capacities(int members) {
        long[] capacity = new long[members];
        Arrays.setAll(capacity, m -> m % 4 == 0 && m == members - 1 ? 4 : 1 + m % 4);
        return capacity;
    }

    WeightedPlacement place() {
        return WeightedFill.assign(previous, weight, capacity, WeightedFill.Policy.DEFAULT, SEED);
    }

    int moves(int[] next) {
        int moves = 0;
        for (int k = 0; k < next.length; k++) {
            moves += next[k] == previous[k] ? 0 : 1;
        }
        return moves;
    }

    /** The part of all weight that moved. */
    double moved(int[] next) {
        double moved = 0;
        for (int k = 0; k < next.length; k++) {
            moved += next[k] == previous[k] ? 0 : weight[k];
        }
        return moved / total();
    }

    /** The part of all weight that any placement within the slack moves. */
    double leastMoved() {
        double slack = WeightedFill.Policy.DEFAULT.slackPerMille() / 1000.0;
        double[] before = load(previous);
        double orphaned = total() - Arrays.stream(before).sum();
        double excess = 0;
        double missing = 0;
        for (int m = 0; m < before.length; m++) {
            excess += Math.max(0, before[m] - ideal(m) * (1 + slack));
            missing += Math.max(0, ideal(m) * (1 - slack) - before[m]);
        }
        return Math.max(orphaned + excess, missing) / total();
    }

    /** The highest load in terms of the member's ideal one. */
    double highestLoad(int[] next) {
        double[] load = load(next);
        double highest = 0;
        for (int m = 0; m < load.length; m++) {
            highest = Math.max(highest, load[m] / ideal(m));
        }
        return highest;
    }

    /** The same if the heaviest key had one of the largest members for itself. */
    double leastHighestLoad() {
        double heaviest = Arrays.stream(weight).max().orElse(0);
        double largest = Arrays.stream(capacity).max().orElse(1);
        return Math.max(1, heaviest / largest * Arrays.stream(capacity).sum() / total());
    }

    private double[] load(int[] placement) {
        double[] load = new double[capacity.length];
        for (int k = 0; k < placement.length; k++) {
            if (placement[k] != StickyQuotaFill.NOBODY) {
                load[placement[k]] += weight[k];
            }
        }
        return load;
    }

    private double ideal(int member) {
        return total() * capacity[member] / Arrays.stream(capacity).sum();
    }

    private double total() {
        return Arrays.stream(weight).sum();
    }
}
