package dev.roster.store;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of a store's keys, in the order of their UTF-8 bytes.
 *
 * @param from the first key that belongs to it
 * @param to the first key after it that does not, or null for no end
 * @param atMost read no more than this many entries
 */
public record Range(String from, @Nullable String to, int atMost) {
    /** All keys that begin with {@code prefix}. */
    public static Range prefix(String prefix) {
        return new Range(prefix, end(prefix), Integer.MAX_VALUE);
    }

    /** The one key. */
    public static Range key(String key) {
        return new Range(key, key + "\0", Integer.MAX_VALUE);
    }

    /** The same range, no more than {@code entries} of it. */
    public Range limit(int entries) {
        return new Range(from, to, entries);
    }

    /** What is left of the range after {@code key}. */
    public Range after(String key) {
        return new Range(key + "\0", to, atMost);
    }

    /** Whether {@code key} lies in the range. */
    public boolean contains(String key) {
        String end = to;
        return Utf8Order.compare(key, from) >= 0
                && (end == null || Utf8Order.compare(key, end) < 0);
    }

    /** The least text above all that begin with {@code prefix}; null when there is none. */
    private static @Nullable String end(String prefix) {
        int at = prefix.length();
        while (at > 0) {
            int point = prefix.codePointBefore(at);
            at -= Character.charCount(point);
            if (point < Character.MAX_CODE_POINT) {
                int next = point + 1 == Character.MIN_SURROGATE ? 0xE000 : point + 1;
                return prefix.substring(0, at) + Character.toString(next);
            }
        }
        return null;
    }
}
