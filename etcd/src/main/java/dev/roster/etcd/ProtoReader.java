package dev.roster.etcd;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a message in the binary form of protocol buffers, field by field. Fields that the caller
 * does not ask for are passed over. Throws {@link BadMessageException} for what is no message.
 */
final class ProtoReader {
    /** The bytes are no message, or not all of one. */
    static final class BadMessageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadMessageException(String message) {
            super(message);
        }
    }

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] content;
    private final int end;
    private int at;
    private int type;

    ProtoReader(byte[] content) {
        this(content, 0, content.length);
    }

    private ProtoReader(byte[] content, int begin, int end) {
        this.content = content;
        this.at = begin;
        this.end = end;
    }

    /** The number of the next field, whose value has to be read or skipped; 0 at the end. */
    int field() {
        if (at >= end) {
            return 0;
        }
        long tag = varint();
        type = (int) (tag & 7);
        return (int) (tag >>> 3);
    }

    long number() {
        require(VARINT);
        return varint();
    }

    boolean truth() {
        return number() != 0;
    }

    byte[] bytes() {
        int length = length();
        at += length;
        return Arrays.copyOfRange(content, at - length, at);
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    ProtoReader message() {
        int length = length();
        at += length;
        return new ProtoReader(content, at - length, at);
    }

    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED_64 -> forward(8);
            case LENGTH_DELIMITED -> forward(length());
            case FIXED_32 -> forward(4);
            default -> throw new BadMessageException("a field of the unknown type " + type);
        }
    }

    private int length() {
        require(LENGTH_DELIMITED);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new BadMessageException("a field is longer than its message");
        }
        return (int) length;
    }

    private void forward(int bytes) {
        if (bytes > end - at) {
            throw new BadMessageException("a field is longer than its message");
        }
        at += bytes;
    }

    private void require(int expected) {
        if (type != expected) {
            throw new BadMessageException("a field of type %d, not %d".formatted(type, expected));
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new BadMessageException("the message ends within a number");
            }
            byte next = content[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BadMessageException("a number is longer than 64 bits");
    }
}
