package dev.roster;

/**
 * How a routing key becomes a partition of a key space. The same on every JVM and in every release:
 * changing one would send keys elsewhere. Every member of a division has to use the same. Test
 * vectors are in docs/reference/hash.md. Not for adversaries, who can find keys of equal hash.
 */
public enum KeyHash {
    /**
     * FNV-1a of 64 bits over the key's UTF-8 bytes, then the finalizer "Mix13" of SplitMix64. The
     * partition is the upper 64 bits of the 128-bit product of hash, unsigned, and partitions.
     */
    FNV64_MIX13 {
        @Override
        public long hash(String key) {
            long hash = 0xCBF29CE484222325L;
            for (int at = 0; at < key.length(); at++) {
                char c = key.charAt(at);
                if (c >= 0x80) {
                    return mix(beyondAscii(key, at, hash));
                }
                hash = (hash ^ c) * PRIME_64;
            }
            return mix(hash);
        }

        @Override
        public int partition(long hash, int partitions) {
            return (int) Math.unsignedMultiplyHigh(hash, partitions);
        }

        private static long beyondAscii(String key, int from, long before) {
            long hash = before;
            for (int at = from; at < key.length(); at++) {
                int point = codePoint(key, at);
                at += Character.charCount(point) - 1;
                for (int shift = lead(point); shift >= 0; shift -= 6) {
                    hash = (hash ^ octet(point, shift)) * PRIME_64;
                }
            }
            return hash;
        }
    },

    /**
     * FNV-1a of 32 bits over the key's UTF-8 bytes. The partition is the remainder of the hash,
     * unsigned, by partitions. For systems that place keys so already; spreads short keys less
     * evenly.
     */
    FNV32 {
        @Override
        public long hash(String key) {
            int hash = 0x811C9DC5;
            for (int at = 0; at < key.length(); at++) {
                int point = codePoint(key, at);
                at += Character.charCount(point) - 1;
                for (int shift = lead(point); shift >= 0; shift -= 6) {
                    hash = (hash ^ octet(point, shift)) * PRIME_32;
                }
            }
            return Integer.toUnsignedLong(hash);
        }

        @Override
        public int partition(long hash, int partitions) {
            return Integer.remainderUnsigned((int) hash, partitions);
        }
    };

    private static final long PRIME_64 = 0x100000001B3L;
    private static final int PRIME_32 = 0x01000193;

    /**
     * The hash of a key. Allocates nothing. Half of a surrogate pair counts as a question mark, as
     * it does in {@link String#getBytes}.
     */
    public abstract long hash(String key);

    /** The partition, 0 to {@code partitions} − 1, of a key with that hash. */
    public abstract int partition(long hash, int partitions);

    /** The partition, 0 to {@code partitions} − 1, of a key. */
    public final int partition(String key, int partitions) {
        return partition(hash(key), partitions);
    }

    /**
     * The output function of SplitMix64 with Stafford's constants "Mix13": every bit of the input
     * changes each of the output with probability one half.
     */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static int codePoint(String key, int at) {
        int point = key.codePointAt(at);
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? '?' : point;
    }

    /**
     * By how much the bits of a code point's first UTF-8 byte are shifted; 6 less for each next.
     */
    private static int lead(int point) {
        return point < 0x80 ? 0 : point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
    }

    private static int octet(int point, int shift) {
        int bits = point >>> shift;
        if (shift < lead(point)) {
            return 0x80 | (bits & 0x3F);
        }
        return switch (shift) {
            case 0 -> bits;
            case 6 -> 0xC0 | bits;
            case 12 -> 0xE0 | bits;
            default -> 0xF0 | bits;
        };
    }
}
