package dev.roster.protocol.placement;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How many light keys, of which weight, moved, and a bound below which no placement could stay that
 * has the heavy keys at the same members and no member further than the slack from the waterline.
 * Found the slow way, with floating point and sorting, so as to have nothing in common with the
 * tested code.
 */
record LightMoves(int moves, double weight, int fewestMoves, double leastWeight) {

    static LightMoves of(WeightedCase c) {
        boolean[] isHeavy = c.heavy();
        int members = c.capacity().length;
        double[] heavy = new double[members];
        double[] light = new double[members];
        double free = 0;
        int orphans = 0;
        int moves = 0;
        double moved = 0;
        for (int k = 0; k < isHeavy.length; k++) {
            double weight = c.weight()[k];
            int from = c.previous()[k];
            if (isHeavy[k]) {
                heavy[c.next()[k]] += weight;
                continue;
            }
            if (from == StickyQuotaFill.NOBODY || c.capacity()[from] == 0) {
                free += weight;
                orphans++;
            } else {
                light[from] += weight;
            }
            if (c.next()[k] != from) {
                moves++;
                moved += weight;
            }
        }
        double lightWeight = free + Arrays.stream(light).sum();
        double line = waterline(c.capacity(), heavy, lightWeight);
        double slack = c.policy().slackPerMille() / 1000.0;
        double missing = 0;
        double mustAll = 0;
        double[] must = new double[members];
        for (int m = 0; m < members; m++) {
            double share = line * c.capacity()[m];
            must[m] = Math.max(0, light[m] - Math.max(0, share * (1 + slack) - heavy[m]));
            mustAll += must[m];
            missing += Math.max(0, share * (1 - slack) - heavy[m] - light[m]);
        }
        double atLeast = Math.max(mustAll, missing - free);
        return new LightMoves(
                moves, moved, orphans + fewest(c, isHeavy, must, atLeast), free + atLeast);
    }

    /** The level to which the amount rises over contents, by bisection. */
    static double waterline(long[] capacity, double[] content, double amount) {
        double low = 0;
        double high = amount + Arrays.stream(content).sum();
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            double poured = 0;
            for (int m = 0; m < capacity.length; m++) {
                poured += Math.max(0, middle * capacity[m] - content[m]);
            }
            if (poured < amount) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The fewest light keys with which each member gives up what it must, and all together at least
     * so much: of each member the heaviest until it has, then the heaviest of all.
     */
    private static int fewest(WeightedCase c, boolean[] isHeavy, double[] must, double atLeast) {
        int[] heaviestFirst =
                IntStream.range(0, isHeavy.length)
                        .filter(k -> !isHeavy[k] && c.previous()[k] != StickyQuotaFill.NOBODY)
                        .filter(k -> c.capacity()[c.previous()[k]] > 0)
                        .boxed()
                        .sorted((a, b) -> Long.compare(c.weight()[b], c.weight()[a]))
                        .mapToInt(k -> k)
                        .toArray();
        // So much is a matter of rounding.
        double little = 1e-9 * Arrays.stream(c.weight()).sum();
        boolean[] given = new boolean[isHeavy.length];
        double wanted = atLeast;
        int count = 0;
        for (boolean each : new boolean[] {true, false}) {
            for (int k : heaviestFirst) {
                double left = each ? must[c.previous()[k]] : wanted;
                if (left > little && !given[k]) {
                    given[k] = true;
                    count++;
                    wanted -= c.weight()[k];
                    must[c.previous()[k]] -= c.weight()[k];
                }
            }
        }
        return count;
    }
}
