package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.StopCause;
import dev.roster.store.QueueBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** One attempt at a job, for its handler. Safe for use by many threads. */
public final class ActiveJob {
    /** Largest checkpoint, in bytes. */
    public static final int CHECKPOINT_BYTES = Limits.VALUE_BYTES - 16 * 1024;

    /** Longest note, in bytes. */
    public static final int NOTE_BYTES = 1024;

    /** Most jobs that follow one. */
    public static final int FOLLOW_UPS = 50;

    private final Desk desk;
    private final JobRun run;
    private final Tenure tenure;
    private final @Nullable ProgressRecord earlier;
    private final List<Step> followUps = new ArrayList<>();
    private volatile @Nullable StopCause told;
    private volatile boolean isCommitted;
    private int percent;
    private String note = "";
    @Nullable Thread thread;
    long saved;

    ActiveJob(Desk desk, JobRun run, Tenure tenure) {
        this.desk = desk;
        this.run = run;
        this.tenure = tenure;
        this.earlier = run.progress();
    }

    JobRun run() {
        return run;
    }

    Tenure tenure() {
        return tenure;
    }

    /** The job's id: the same in each attempt, so that others can tell a repetition by it. */
    public JobId id() {
        return new JobId(run.partition(), run.spot().id());
    }

    /** The task's name. */
    public String task() {
        return run.job().task();
    }

    /** The key, "" for none. */
    public String key() {
        return run.job().key();
    }

    /** Which attempt this is, from 1. */
    public int attempt() {
        return run.attempt();
    }

    /** What the job is about. */
    public Bytes payload() {
        return run.job().payload();
    }

    /** What the job is about, as a value. */
    public <V> V payload(Codec<V> codec) {
        return codec.decode(payload());
    }

    /** What the payload is, "" if its producer did not say. */
    public String contentType() {
        return run.job().contentType();
    }

    /** What goes along. */
    public SortedMap<String, String> headers() {
        return run.job().headers();
    }

    /** When it was submitted, by the store's clock. */
    public Instant submittedAt() {
        return Times.instant(run.job().submitted());
    }

    /** What an effect in the same store can be made to depend on, to be refused if it is late. */
    public Fence fence() {
        return tenure.fence();
    }

    /** Larger than that of every earlier owner of the job's partition. */
    public long token() {
        return tenure.token();
    }

    /** The checkpoint that was saved last, by this attempt or an earlier one. */
    public Optional<Bytes> lastCheckpoint() {
        ProgressRecord progress = desk.progress(run);
        ProgressRecord known = progress == null ? earlier : progress;
        return known == null || known.sequence() == 0 || known.checkpoint().size() == 0
                ? Optional.empty()
                : Optional.of(known.checkpoint());
    }

    /**
     * Saves where the next attempt may go on. It is written within about a second, together with
     * what other jobs saved, or before the partition goes to another member.
     *
     * @throws JobStoppedException the job has to stop; the checkpoint is saved if it was stopped
     *     for the next owner to go on
     */
    public void checkpoint(Bytes state) {
        Limits.checkedSize("checkpoint", state, CHECKPOINT_BYTES);
        save(state, false);
        stopIfTold();
    }

    /** Says how far the job is, 0 to 100, for those who look at it. */
    public void progress(int done, String text) {
        if (done < 0 || done > 100) {
            throw new InvalidInputException(
                    "The progress is %d, and the limit is 0 to 100.".formatted(done));
        }
        Limits.checkedSize("note", Bytes.utf8(text), NOTE_BYTES);
        synchronized (this) {
            percent = done;
            note = text;
        }
        save(null, false);
    }

    /**
     * Returns when what was saved is durable.
     *
     * @throws JobStoppedException the job has to stop, and it may not be
     */
    public void flush() throws InterruptedException {
        long sequence = save(null, true);
        if (sequence == 0 || !desk.awaitSaved(this, sequence)) {
            throw new JobStoppedException("The job \"%s\" has to stop.".formatted(id()));
        }
    }

    private synchronized long save(@Nullable Bytes state, boolean urgent) {
        return desk.save(run, state, percent, note, urgent);
    }

    /** Whether the job has to stop: cancelled, too late, or about to be another member's. */
    public boolean isStopped() {
        return told != null || !tenure.isValid();
    }

    /**
     * Whether its member may act for it now; false means at once, also for what it started
     * elsewhere. It comes back if the member regains its lease.
     */
    public boolean isValid() {
        return tenure.isValid();
    }

    private void stopIfTold() {
        StopCause cause = told;
        if (cause != null) {
            throw new JobStoppedException(
                    "The job \"%s\" has to stop: %s.".formatted(id(), reason(cause)));
        }
    }

    private static String reason(StopCause cause) {
        return switch (cause) {
            case DRAIN -> "it goes on in another member";
            case LOST -> "another member may have it";
            case TIMEOUT -> "it ran for too long";
            case CANCELLED -> "it was cancelled";
        };
    }

    /**
     * Submits a job if this one is done, in the same step. Without a unique key and an id of the
     * caller's.
     */
    public synchronized void followUp(Job job) {
        if (!job.unique().isEmpty() || !job.id().isEmpty()) {
            throw new InvalidInputException(
                    "A job that follows another can have neither a unique key nor an id.");
        }
        if (followUps.size() >= FOLLOW_UPS) {
            throw new InvalidInputException(
                    "The limit is %d jobs that follow one.".formatted(FOLLOW_UPS));
        }
        followUps.add(desk.followUp(job));
    }

    synchronized List<Step> followUps() {
        return List.copyOf(followUps);
    }

    /**
     * Finishes the job in a transaction of the caller's: its effects and the job's end are
     * committed together, once, whoever else believes to own the job. The handler should return
     * after that. If the call throws, the job is not finished, as far as anybody can tell.
     *
     * @throws Exception what the call throws
     */
    public void completeWith(Completion how) throws Exception {
        how.commit(desk.completion(this));
        isCommitted = true;
    }

    boolean isCommitted() {
        return isCommitted;
    }

    void tell(StopCause cause) {
        told = cause;
    }

    boolean isLost() {
        return told == StopCause.LOST;
    }

    /** Commits a transaction that finishes a job. */
    @FunctionalInterface
    public interface Completion {
        /**
         * Applies the batch in a transaction, with whatever else belongs to it, and commits.
         *
         * @throws Exception it was not committed
         */
        void commit(QueueBatch finish) throws Exception;
    }
}
