package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * A recurring job, as operators want it. Times are in microseconds.
 *
 * @param schedule when, as a text that says its kind first
 * @param since fire times after this one count, since 1970
 * @param paused whether it rests
 * @param missed what becomes of fire times that nobody was there for
 * @param most how many of them count at most, if all do
 * @param late how late a fire time is missed, if such are left out
 * @param rank the priority of its jobs
 * @param job what is submitted each time; how long until it expires stands for when it does
 */
public record ScheduleRecord(
        String schedule,
        long since,
        boolean paused,
        MissedPolicy missed,
        int most,
        long late,
        int rank,
        JobRecord job) {
    private static final char TYPE = 's';

    /** The same, to begin at a time, at rest or not. */
    public ScheduleRecord with(long begin, boolean rests) {
        return new ScheduleRecord(schedule, begin, rests, missed, most, late, rank, job);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        Bytes template = job.toBytes();
        Packed.Writer out = new Packed.Writer(TYPE, 64 + template.size());
        out.text(schedule).number(since).number(paused ? 1 : 0).number(missed.stored());
        out.number(most).number(late).number(rank).bytes(template);
        return out.toBytes();
    }

    /** Reads a stored record. */
    public static ScheduleRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        String schedule = in.text();
        long since = in.number();
        boolean paused = in.number() != 0;
        MissedPolicy missed = MissedPolicy.of(in.number());
        int most = in.small();
        long late = in.number();
        int rank = in.small();
        if (rank >= Spot.RANKS) {
            throw new CorruptRecordException("its rank is " + rank);
        }
        return new ScheduleRecord(
                schedule, since, paused, missed, most, late, rank, JobRecord.parse(in.bytes()));
    }
}
