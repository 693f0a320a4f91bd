package dev.roster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable sequence of bytes with value equality. Safe for use by many threads. */
public final class Bytes {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of {@code content}. */
    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /** {@code text} in UTF-8. */
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return content.clone();
    }

    /** The bytes read as UTF-8; what is not UTF-8 becomes the replacement character. */
    public String toUtf8() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** How many bytes there are. */
    public int size() {
        return content.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The size only: a payload is nobody's business but its owner's. */
    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
