package dev.roster.protocol.placement;

/**
 * Hashes that are the same on every JVM and in every release. Planners compare members by them and
 * draw with them, so changing one changes placements.
 */
public final class StableHash {
    /** 2^64 divided by the golden ratio, odd: neighbouring multiples of it lie far apart. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private StableHash() {}

    /**
     * A permutation of the 64-bit numbers in which every bit of the input changes each bit of the
     * output with probability one half: the output function of SplitMix64 (Steele, Lea, Flood,
     * "Fast Splittable Pseudorandom Number Generators", 2014), with Stafford's constants "Mix13".
     */
    public static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The hash of a number within a space: the same number in two spaces has unrelated hashes. */
    public static long of(long value, long space) {
        return mix(space + (value + 1) * GOLDEN);
    }

    /**
     * The hash of a text within a space: FNV-1a over its UTF-16 code units, mixed. Not for
     * adversaries, who can find texts of equal hash; nothing here depends on them being rare.
     */
    public static long of(CharSequence text, long space) {
        long hash = FNV_OFFSET ^ mix(space);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }
}
