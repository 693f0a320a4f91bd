package dev.roster.protocol.placement;

/**
 * Exact arithmetic on products of two longs that need up to 128 bits. No argument may be negative.
 */
final class Wide {
    /**
     * The largest amount that a sum of capacities or weights may reach; doubling it twice still
     * fits a long.
     */
    static final long LIMIT = 1L << 60;

    private Wide() {}

    /**
     * Floor of {@code a * b / divisor}, or {@link #LIMIT} if that is less. Needs 0 &lt; divisor
     * &lt;= LIMIT.
     */
    static long multiplyDivide(long a, long b, long divisor) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        if (high == 0) {
            return limited(low >= 0 ? low / divisor : Long.divideUnsigned(low, divisor));
        }
        return high >= divisor ? LIMIT : divideLong(high, low, divisor);
    }

    /**
     * Schoolbook division of a 128-bit number, bit by bit: rare enough (capacities above 2^39) not
     * to be clever.
     */
    private static long divideLong(long high, long low, long divisor) {
        long remainder = high;
        long quotient = 0;
        for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
            remainder = (remainder << 1) | ((low >>> bit) & 1);
            quotient <<= 1;
            if (remainder >= divisor) {
                remainder -= divisor;
                quotient |= 1;
            }
        }
        return limited(quotient);
    }

    private static long limited(long unsigned) {
        return unsigned < 0 ? LIMIT : Math.min(unsigned, LIMIT);
    }

    /** As {@link #multiplyDivide}, rounded up. */
    static long multiplyDivideUp(long a, long b, long divisor) {
        long floor = multiplyDivide(a, b, divisor);
        return floor < LIMIT && remainder(a, b, divisor, floor) > 0 ? floor + 1 : floor;
    }

    /**
     * What {@code a * b} leaves above {@code quotient * divisor}; less than the divisor, so 64 bits
     * are enough.
     */
    static long remainder(long a, long b, long divisor, long quotient) {
        return a * b - quotient * divisor;
    }

    /** The order of {@code a * b} and {@code c * d}. */
    static int compareProducts(long a, long b, long c, long d) {
        int order = Long.compare(Math.multiplyHigh(a, b), Math.multiplyHigh(c, d));
        return order != 0 ? order : Long.compareUnsigned(a * b, c * d);
    }

    /**
     * The sum of the amounts, none of which may be negative, nor their sum above {@link #LIMIT}.
     */
    static long sum(String what, long[] amounts) {
        long sum = 0;
        for (long amount : amounts) {
            if (amount < 0) {
                throw new IllegalArgumentException("negative " + what + ": " + amount);
            }
            if (amount > LIMIT - sum) {
                throw new IllegalArgumentException("the sum of " + what + " is above 2^60");
            }
            sum += amount;
        }
        return sum;
    }
}
