package dev.roster.protocol.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One job as its owner knows it, from when it is read to when it is finished or put back. */
public final class JobRun {
    /** Where it is on its way. */
    enum State {
        WAITING,
        MARKING,
        RUNNING,
        ENDING,
        OVER
    }

    /** What is to be written at its end. */
    sealed interface End {
        /** It is taken, and that is told. */
        record Finish(EndState state, List<Step> also) implements End {}

        /** It is put back. */
        record Again(JobRecord next, Spot spot) implements End {}

        /** It is put aside. */
        record Dead(DeadRecord dead) implements End {}
    }

    final Part part;
    final @Nullable TaskState task;
    final int bytes;
    private final Spot spot;
    private final JobRecord record;
    final @Nullable Lane lane;

    State state = State.WAITING;
    int attempt;
    long startedAt;
    boolean isMarked;
    boolean wasUnknown;
    @Nullable StopCause told;
    @Nullable End end;

    /** The last that was saved. */
    @Nullable ProgressRecord progress;

    /** The last of it that is known to be durable. */
    @Nullable ProgressRecord recorded;

    /** Its progress is to be written at once; kept by {@link Saves}. */
    boolean isUrgent;

    /** An entry of its progress may stand there. */
    boolean hasRow;

    /** Whether an attempt of it was counted by its mark; that is written with its end only. */
    boolean isCounted;

    boolean holdsLane;
    boolean isInterrupted;

    JobRun(
            Part part,
            Spot spot,
            JobRecord record,
            @Nullable TaskState task,
            @Nullable Lane lane,
            int bytes) {
        this.part = part;
        this.spot = spot;
        this.record = record;
        this.task = task;
        this.lane = lane;
        this.bytes = bytes;
        this.attempt = record.attempts() + 1;
    }

    /** The partition. */
    public int partition() {
        return part.partition;
    }

    /** The token of the ownership under which it runs. */
    public long token() {
        return part.token;
    }

    /** Where it stands. */
    public Spot spot() {
        return spot;
    }

    /** What it is. */
    public JobRecord job() {
        return record;
    }

    /** Which attempt this is, from 1. */
    public int attempt() {
        return attempt;
    }

    /** When this attempt began, in microseconds since 1970. */
    public long startedAt() {
        return startedAt;
    }

    /** What was saved last, by this attempt or an earlier one. */
    public @Nullable ProgressRecord progress() {
        return progress;
    }

    /** The task's settings; of a job that can be run only. */
    public TaskSettings settings() {
        return taskState().settings;
    }

    TaskState taskState() {
        TaskState known = task;
        if (known == null) {
            throw new IllegalStateException("A job that cannot be read has no task.");
        }
        return known;
    }

    boolean hasEnded() {
        return state == State.ENDING || state == State.OVER;
    }

    Spot progressSpot() {
        return new Spot(0, 0, spot.id());
    }

    @Override
    public String toString() {
        return "%d:%s \"%s\"".formatted(part.partition, spot.id(), record.task());
    }
}
