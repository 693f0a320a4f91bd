package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * What a running job saved, and that it has begun.
 *
 * @param attempt the attempt that wrote it, from 1
 * @param began when that began, in microseconds since 1970
 * @param sequence how often it saved
 * @param percent how far it says that it is, 0 to 100
 * @param note what it says of it
 * @param checkpoint where the next attempt may go on
 */
public record ProgressRecord(
        int attempt, long began, long sequence, int percent, String note, Bytes checkpoint) {
    private static final char TYPE = 'p';

    /** The same of another attempt. */
    ProgressRecord by(int number, long start) {
        return new ProgressRecord(number, start, sequence, percent, note, checkpoint);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 32 + note.length() + checkpoint.size())
                .number(attempt)
                .number(began)
                .number(sequence)
                .number(percent)
                .text(note)
                .bytes(checkpoint)
                .toBytes();
    }

    /** Reads a stored record. */
    public static ProgressRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        return new ProgressRecord(
                in.small(), in.number(), in.number(), in.small(), in.text(), in.bytes());
    }
}
