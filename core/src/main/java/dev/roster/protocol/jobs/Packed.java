package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How the records of jobs are written: a byte for the type and one for its version, then numbers of
 * 7 bits a byte, the least first, and texts and bytes after their length. What a later version adds
 * stands at the end, where an earlier one does not look.
 */
final class Packed {
    private Packed() {}

    /** Writes a record. */
    static final class Writer {
        private byte[] out;
        private int at;

        Writer(char type, int size) {
            out = new byte[Math.max(16, size)];
            out[0] = (byte) type;
            out[1] = 1;
            at = 2;
        }

        private void reserve(int more) {
            if (out.length - at < more) {
                out = Arrays.copyOf(out, Math.max(out.length * 2, at + more));
            }
        }

        Writer number(long value) {
            reserve(10);
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out[at] = (byte) (rest | 0x80);
                at++;
                rest >>>= 7;
            }
            out[at] = (byte) rest;
            at++;
            return this;
        }

        Writer text(String value) {
            return raw(value.getBytes(StandardCharsets.UTF_8));
        }

        Writer bytes(Bytes value) {
            return raw(value.toArray());
        }

        private Writer raw(byte[] value) {
            number(value.length);
            reserve(value.length);
            System.arraycopy(value, 0, out, at, value.length);
            at += value.length;
            return this;
        }

        Bytes toBytes() {
            return Bytes.of(Arrays.copyOf(out, at));
        }
    }

    /** Reads a record. */
    static final class Reader {
        private final byte[] in;
        private int at = 2;

        Reader(char type, Bytes content) throws CorruptRecordException {
            in = content.toArray();
            if (in.length < 2 || in[0] != (byte) type) {
                throw new CorruptRecordException("it does not begin as a record '" + type + "'");
            }
            if (in[1] != 1) {
                throw new CorruptRecordException("it is of version " + in[1] + ", not 1");
            }
        }

        long number() throws CorruptRecordException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at >= in.length) {
                    throw new CorruptRecordException("it is cut short");
                }
                byte next = in[at];
                at++;
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new CorruptRecordException("a number in it is too long");
        }

        /** A number of things that take a byte each at least. */
        int count() throws CorruptRecordException {
            long count = number();
            if (count < 0 || count > in.length - at) {
                throw new CorruptRecordException("it is cut short");
            }
            return (int) count;
        }

        int small() throws CorruptRecordException {
            long value = number();
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw new CorruptRecordException("a number in it is out of range");
            }
            return (int) value;
        }

        String text() throws CorruptRecordException {
            int length = count();
            String text = new String(in, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        Bytes bytes() throws CorruptRecordException {
            int length = count();
            Bytes bytes =
                    length == 0 ? Bytes.EMPTY : Bytes.of(Arrays.copyOfRange(in, at, at + length));
            at += length;
            return bytes;
        }
    }
}
