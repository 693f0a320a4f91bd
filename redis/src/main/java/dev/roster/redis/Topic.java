package dev.roster.redis;

import dev.roster.store.Range;
import java.nio.charset.StandardCharsets;

/** A topic is the first byte of a key: news is told, and looked for, by topic. */
final class Topic {
    /** A range that may hold keys of several topics. */
    static final int ALL = 256;

    static final int COUNT = 257;

    private Topic() {}

    /** The topic of all keys in a range. */
    static int of(Range range) {
        String to = range.to();
        if (range.from().isEmpty() || to == null || to.isEmpty()) {
            return ALL;
        }
        int first = firstByte(range.from());
        // A prefix of one letter ends where the next begins.
        boolean isOne =
                firstByte(to) == first
                        || (to.length() == 1 && to.charAt(0) < 128 && to.charAt(0) == first + 1);
        return isOne ? first : ALL;
    }

    private static int firstByte(String text) {
        int end = Character.charCount(text.codePointAt(0));
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8)[0] & 0xFF;
    }
}
