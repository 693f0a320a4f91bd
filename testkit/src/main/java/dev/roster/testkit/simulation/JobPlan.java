package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.Timetable;
import java.util.List;

/**
 * What a job will do, as its payload says.
 *
 * @param submit which submit made it
 * @param kind what it does
 * @param key by which it is in order; "" for none
 * @param number the place in that order
 * @param nanos how long it takes
 * @param checkpoints how often it saves on its way
 */
record JobPlan(String submit, Kind kind, String key, long number, long nanos, int checkpoints) {
    /** How it ends. */
    enum Kind {
        /** Well. */
        GOOD,
        /** Well, in a transaction of its own with an effect. */
        TRANSACTION,
        /** Badly, each time. */
        BAD,
        /** With its process. */
        POISON
    }

    boolean isGood() {
        return kind == Kind.GOOD || kind == Kind.TRANSACTION;
    }

    Bytes toBytes() {
        List<Object> fields = List.of(submit, kind, key, number, nanos, checkpoints);
        return Bytes.utf8(String.join("|", fields.stream().map(String::valueOf).toList()));
    }

    static JobPlan of(JobRecord job) {
        String[] fields = job.payload().toUtf8().split("\\|", -1);
        String schedule = job.headers().get(Timetable.SCHEDULE);
        String time = job.headers().get(Timetable.FIRE_TIME);
        return new JobPlan(
                schedule == null ? fields[0] : schedule + " at " + time,
                Kind.valueOf(fields[1]),
                fields[2],
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Integer.parseInt(fields[5]));
    }
}
