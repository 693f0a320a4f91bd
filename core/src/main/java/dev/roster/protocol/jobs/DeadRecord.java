package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * A job that was given up.
 *
 * @param why in a few words, no more than of {@link JobError#message}
 * @param at when
 * @param spot where it stood
 * @param job what was stored of it, which may be unreadable
 */
public record DeadRecord(String why, long at, Spot spot, Bytes job) {
    private static final char TYPE = 'x';

    public DeadRecord {
        why = JobError.cut(why, JobError.MESSAGE_CHARACTERS);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 64 + job.size())
                .text(why)
                .number(at)
                .number(spot.rank())
                .number(spot.due())
                .text(spot.id())
                .bytes(job)
                .toBytes();
    }

    /** Reads a stored record. */
    public static DeadRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        return new DeadRecord(
                in.text(), in.number(), new Spot(in.small(), in.number(), in.text()), in.bytes());
    }
}
