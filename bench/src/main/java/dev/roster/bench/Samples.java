package dev.roster.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Measured values, smallest first. */
public final class Samples {
    private final double[] sorted;

    private Samples(double[] values) {
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    public static Samples of(Collection<? extends Number> values) {
        return new Samples(values.stream().mapToDouble(Number::doubleValue).toArray());
    }

    /** Durations in nanoseconds, as milliseconds. */
    public static Samples millis(Collection<Long> nanos) {
        return new Samples(nanos.stream().mapToDouble(one -> one / 1e6).toArray());
    }

    public int count() {
        return sorted.length;
    }

    public double median() {
        return percentile(50);
    }

    /** The value that so many per cent of all do not exceed: of few values the largest. */
    public double percentile(double percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }

    public double most() {
        return percentile(100);
    }

    /** A value with three significant digits or so. */
    public static String text(double value) {
        if (Double.isNaN(value)) {
            return "none";
        }
        double size = Math.abs(value);
        String format =
                size == Math.rint(size) || size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
