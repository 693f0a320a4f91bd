package dev.roster.protocol.jobs;

import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Jobs on their way into the queue, for one who sends them: which of them go together, and when all
 * that is open is sent again, or given up. Times are in microseconds of any clock that does not go
 * back.
 */
public final class Submitting<D extends Draft> {
    /** How long batches are repeated. */
    private static final long PATIENCE = 10_000_000;

    /** How long after a failure. */
    private static final long AGAIN = 50_000;

    /** Instead of a time to wait: no more. */
    public static final long GIVEN_UP = -1;

    /** Most bytes of one batch. */
    private static final int BYTES = 1 << 20;

    /** What an entry takes besides its value. */
    private static final int ENTRY_BYTES = 100;

    /** Operations of a batch that are no jobs. */
    private static final int BESIDES = 4;

    private final long begin;
    private List<Sending<D>> open;

    private Submitting(long begin, List<Sending<D>> open) {
        this.begin = begin;
        this.open = open;
    }

    /**
     * Those without marks go together; each of the others for itself.
     *
     * @param operations most of one batch
     * @param tickets spots that had no ticket yet
     * @param isHere whether jobs of a partition are to be handed over to one in this process
     */
    public static <D extends Draft> Submitting<D> of(
            List<D> jobs, int operations, Supplier<Spot> tickets, IntPredicate isHere, long now) {
        return of(jobs, operations, tickets, isHere, now, Mutant.NONE);
    }

    /** The same with a mistake. */
    public static <D extends Draft> Submitting<D> of(
            List<D> jobs,
            int operations,
            Supplier<Spot> tickets,
            IntPredicate isHere,
            long now,
            Mutant mutant) {
        int most = Math.max(1, operations - BESIDES);
        List<Sending<D>> all = new ArrayList<>(1);
        List<D> some = new ArrayList<>(Math.min(jobs.size(), most));
        int bytes = 0;
        for (D job : jobs) {
            Draft.Mark mark = job.mark();
            if (mark != null) {
                all.add(Sending.withMark(mutant, job, mark, isHere));
                continue;
            }
            if (some.size() >= most || (bytes > 0 && bytes + job.value().size() > BYTES)) {
                all.add(Sending.withTicket(mutant, some, tickets.get(), isHere));
                some = new ArrayList<>();
                bytes = 0;
            }
            some.add(job);
            bytes += job.value().size() + ENTRY_BYTES;
        }
        if (!some.isEmpty()) {
            all.add(Sending.withTicket(mutant, some, tickets.get(), isHere));
        }
        return new Submitting<>(now, all);
    }

    /** What is to be sent, each for itself, and then looked up where that is to be done. */
    public List<Sending<D>> open() {
        return open;
    }

    /** Whether it is known what became of all jobs. */
    public boolean isOver() {
        return open.isEmpty();
    }

    /**
     * All that was open has been sent or looked up.
     *
     * @return how long to wait before what is open now; or {@link #GIVEN_UP}
     */
    public long next(long now) {
        boolean hasFailed = false;
        List<Sending<D>> left = new ArrayList<>(0);
        for (Sending<D> one : open) {
            if (!one.isOver()) {
                left.add(one);
                hasFailed |= one.hasFailed();
            }
        }
        open = left;
        if (!hasFailed) {
            return 0;
        }
        return now - begin > PATIENCE ? GIVEN_UP : AGAIN;
    }
}
