package dev.roster.protocol.placement;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A weighted placement with its inputs, and what can be read off it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WeightedCase(
        int[] previous,
        long[] weight,
        long[] capacity,
        WeightedFill.Policy policy,
        WeightedPlacement placement) {

    static WeightedCase of(
            int[] previous, long[] weight, long[] capacity, WeightedFill.Policy policy) {
        var placement = WeightedFill.assign(previous, weight, capacity, policy, Cases.SEED);
        return new WeightedCase(previous, weight, capacity, policy, placement);
    }

    static WeightedCase fromNothing(long[] weight, long[] capacity) {
        return of(Cases.nobody(weight.length), weight, capacity, WeightedFill.Policy.DEFAULT);
    }

    WeightedCase then(long... newCapacity) {
        int[] found = new int[weight.length];
        Arrays.setAll(found, k -> next()[k] >= newCapacity.length ? -1 : next()[k]);
        return of(found, weight, newCapacity, policy);
    }

    WeightedCase thenWeighing(long[] newWeight) {
        return of(next(), newWeight, capacity, policy);
    }

    int[] next() {
        return placement.next();
    }

    int moves() {
        return Cases.moves(previous, next());
    }

    long[] load() {
        return load(next());
    }

    long[] load(int[] ofPlacement) {
        long[] load = new long[capacity.length];
        for (int k = 0; k < weight.length; k++) {
            if (ofPlacement[k] != StickyQuotaFill.NOBODY) {
                load[ofPlacement[k]] += weight[k];
            }
        }
        return load;
    }

    boolean[] heavy() {
        long[] scaled = WeightedFill.scaled(weight);
        long above =
                FairLevel.of(scaled, Arrays.stream(scaled).sum(), capacity, policy).heavyAbove();
        boolean[] heavy = new boolean[scaled.length];
        for (int k = 0; k < heavy.length; k++) {
            heavy[k] = scaled[k] > above;
        }
        return heavy;
    }

    long heaviestLight() {
        boolean[] heavy = heavy();
        return IntStream.range(0, heavy.length)
                .filter(k -> !heavy[k])
                .mapToLong(k -> weight[k])
                .max()
                .orElse(0);
    }

    /** Weights as many systems have them: the i-th heaviest key has 1/i^(exponent) of the first. */
    static long[] zipf(SplittableRandom random, int keys, double exponent) {
        long[] weight = new long[keys];
        for (int k = 0; k < keys; k++) {
            weight[k] = 1 + (long) (1e9 / Math.pow(1 + random.nextInt(keys), exponent));
        }
        return weight;
    }

    static long[] uniform(SplittableRandom random, int keys) {
        return random.longs(keys, 1, 1000).toArray();
    }

    static long[] drifted(SplittableRandom random, long[] weight) {
        long[] drifted = weight.clone();
        Arrays.setAll(drifted, k -> weight[k] / 2 + random.nextLong(weight[k] + 1) + 1);
        return drifted;
    }

    static long[] oneToFour(int members) {
        long[] capacity = new long[members];
        Arrays.setAll(capacity, m -> 1 + m % 4);
        return capacity;
    }
}
