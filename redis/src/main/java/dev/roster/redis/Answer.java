package dev.roster.redis;

import dev.roster.Bytes;
import dev.roster.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What a script answered, item by item. */
final class Answer {
    private final List<?> items;
    private int at;

    Answer(Object items) {
        this.items = items instanceof List<?> list ? list : List.of();
    }

    boolean hasNext() {
        return at < items.size();
    }

    int left() {
        return items.size() - at;
    }

    byte[] bytes() {
        Object item = items.get(at++);
        if (item instanceof byte[] bytes) {
            return bytes;
        }
        throw new IllegalStateException("A script answered something else than text.");
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** A number, which Redis may tell as one or in words. */
    long number() {
        Object item = items.get(at);
        if (item instanceof Long number) {
            at++;
            return number;
        }
        return Long.parseLong(text());
    }

    Answer list() {
        return new Answer(items.get(at++));
    }

    /** An entry as the scripts keep it: created, modified and value, with spaces between. */
    static Entry entry(String key, byte[] packed) {
        int first = space(packed, 0);
        int second = space(packed, first + 1);
        return new Entry(
                key,
                Bytes.of(Arrays.copyOfRange(packed, second + 1, packed.length)),
                number(packed, 0, first),
                number(packed, first + 1, second));
    }

    private static int space(byte[] packed, int from) {
        for (int at = from; at < packed.length; at++) {
            if (packed[at] == ' ') {
                return at;
            }
        }
        throw new IllegalStateException("An entry in Redis is not one of Roster's.");
    }

    private static long number(byte[] packed, int from, int to) {
        return Long.parseLong(new String(packed, from, to - from, StandardCharsets.US_ASCII));
    }
}
