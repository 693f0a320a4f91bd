package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import org.jspecify.annotations.Nullable;

/** A job that is about to be submitted. */
final class Prepared implements Draft {
    private final int partition;
    private final Spot spot;
    private final Bytes value;
    private final Draft.@Nullable Mark mark;

    /** What became of it; written by who sends it, read when that has ended. */
    @Nullable JobId done;

    @Nullable RuntimeException failed;

    Prepared(int partition, Spot spot, Bytes value, Draft.@Nullable Mark mark) {
        this.partition = partition;
        this.spot = spot;
        this.value = value;
        this.mark = mark;
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public Spot spot() {
        return spot;
    }

    @Override
    public Bytes value() {
        return value;
    }

    @Override
    public Draft.@Nullable Mark mark() {
        return mark;
    }

    JobId id() {
        return new JobId(partition, spot.id());
    }

    Step put() {
        return new Step.Put(partition, Ledger.WORK, spot, value);
    }
}
