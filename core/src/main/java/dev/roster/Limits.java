package dev.roster;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** The limits of names, keys and values, and the one place that checks them. */
public final class Limits {
    /** Longest name of a group, a member or a division, in bytes. */
    public static final int NAME_BYTES = 200;

    /** Longest key of a division, in bytes; a file's path often fits. */
    public static final int KEY_BYTES = 512;

    /** Longest key of a store, in bytes. */
    public static final int STORE_KEY_BYTES = 2048;

    /** Largest value of a store, in bytes. */
    public static final int VALUE_BYTES = 256 * 1024;

    /** Largest metadata of a member, in bytes. */
    public static final int METADATA_BYTES = 16 * 1024;

    private Limits() {}

    /**
     * Returns {@code name} if it is 1 to {@value #NAME_BYTES} bytes of UTF-8 in normal form C
     * without control characters.
     *
     * @param what the name's role, for the message: "group name", "key"
     */
    public static String checkedName(String what, String name) {
        return checkedNormal(what, name, NAME_BYTES);
    }

    /**
     * Returns {@code key} if it is what {@link #checkedName} asks, up to {@value #KEY_BYTES} bytes.
     */
    public static String checkedKey(String key) {
        return checkedNormal("key", key, KEY_BYTES);
    }

    private static String checkedNormal(String what, String name, int atMost) {
        checkText(what, name, atMost);
        if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
            throw new InvalidInputException(
                    "The %s %s is not in Unicode normal form C: normalize it first."
                            .formatted(what, quoted(name)));
        }
        return name;
    }

    /** Returns {@code key} if a store can have it. */
    public static String checkedStoreKey(String key) {
        checkText("store key", key, STORE_KEY_BYTES);
        return key;
    }

    /** Returns {@code value} if it is at most {@code atMost} bytes. */
    public static Bytes checkedSize(String what, Bytes value, int atMost) {
        if (value.size() > atMost) {
            throw new InvalidInputException(
                    "The %s has %d bytes, and the limit is %d: store it elsewhere and keep a reference here."
                            .formatted(what, value.size(), atMost));
        }
        return value;
    }

    private static void checkText(String what, String text, int atMost) {
        // Cheap test first, so that a huge text is not encoded to be told that it is huge.
        int bytes =
                text.length() > atMost
                        ? text.length()
                        : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > atMost) {
            throw new InvalidInputException(
                    "The %s %s has %d bytes, and the limit is 1 to %d: choose a shorter one, such as a hash."
                            .formatted(what, quoted(text), bytes, atMost));
        }
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isISOControl(c)) {
                throw new InvalidInputException(
                        "The %s %s has the control character U+%04X at index %d: leave it out."
                                .formatted(what, quoted(text), (int) c, at));
            }
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && at + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(at + 1));
                if (!pair) {
                    throw new InvalidInputException(
                            "The %s %s is not valid Unicode at index %d: half of a surrogate pair."
                                    .formatted(what, quoted(text), at));
                }
                at++;
            }
        }
    }

    /** {@code text} in quotes, printable and at most 60 characters long. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        int end = Math.min(60, text.length());
        for (int at = 0; at < end; at++) {
            char c = text.charAt(at);
            boolean plain = !Character.isISOControl(c) && !Character.isSurrogate(c);
            if (plain) {
                out.append(c);
            } else {
                out.append("\\u%04X".formatted((int) c));
            }
        }
        return out.append(end < text.length() ? "…\"" : "\"").toString();
    }
}
