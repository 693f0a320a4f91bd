package dev.roster.testkit.proxy;

import java.util.Arrays;

/** Bytes of which no whole frame has been made yet. For one thread. */
final class Pending {
    private byte[] bytes = new byte[0];

    void add(byte[] more) {
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, before + more.length);
        System.arraycopy(more, 0, bytes, before, more.length);
    }

    int size() {
        return bytes.length;
    }

    int at(int index) {
        return bytes[index] & 0xff;
    }

    /** A whole number of so many bytes, the most significant first. */
    int number(int from, int width) {
        int value = 0;
        for (int i = from; i < from + width; i++) {
            value = value << 8 | at(i);
        }
        return value;
    }

    /** Removes and returns the first bytes. */
    byte[] take(int count) {
        byte[] taken = Arrays.copyOf(bytes, count);
        bytes = Arrays.copyOfRange(bytes, count, bytes.length);
        return taken;
    }

    /** The index of the first line feed from there, or -1. */
    int lineEnd(int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
