package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are put into the queue together, until it is known what became of them. The batch is
 * sent again as long as that is not known; what it depends on keeps it from taking effect twice.
 *
 * <p>Jobs without a mark depend on a ticket of their own that is not there yet and that they bring
 * along. A job with a mark depends on that: it is free, or was, and its time is over.
 */
public final class Sending<D extends Draft> {
    /** What is to be done next. */
    public enum Then {
        /** The batch is to be sent, at once or after a while. */
        SEND,
        /** What stands at the mark is to be looked up. */
        LOOK,
        /** It took effect. */
        SUBMITTED,
        /** It turned out to have taken effect when it was sent before. */
        WAS_SUBMITTED,
        /** The key is another job's, and nothing was put. */
        TAKEN,
        /** Nobody can say any more whether it took effect. */
        UNKNOWN
    }

    private final Mutant mutant;
    private final List<D> jobs;
    private final Draft.@Nullable Mark mark;
    private final Set<Integer> wakes;
    private List<Proviso> provisos;
    private final List<Step> steps;
    private Then then = Then.SEND;
    private boolean mayBeSubmitted;
    private boolean hasFailed;
    private String why = "";
    private @Nullable UniqueRecord owner;

    private Sending(
            Mutant mutant,
            List<D> jobs,
            Draft.@Nullable Mark mark,
            Set<Integer> wakes,
            List<Proviso> provisos,
            List<Step> steps) {
        this.mutant = mutant;
        this.jobs = jobs;
        this.mark = mark;
        this.wakes = wakes;
        this.provisos = provisos;
        this.steps = steps;
    }

    /** Jobs without marks, with a ticket at a spot of its own. */
    static <D extends Draft> Sending<D> withTicket(
            Mutant mutant, List<D> jobs, Spot ticket, IntPredicate isHere) {
        int partition = jobs.getFirst().partition();
        List<Step> steps = new ArrayList<>(jobs.size() + 1);
        steps.add(new Step.Put(partition, Ledger.TICKET, ticket, Bytes.EMPTY));
        jobs.forEach(job -> steps.add(put(job)));
        List<Proviso> absent =
                mutant == Mutant.JOB_TICKET_LEFT_OUT
                        ? List.of()
                        : List.of(new Proviso(partition, Ledger.TICKET, ticket, null));
        return new Sending<>(mutant, jobs, null, wakes(jobs, isHere), absent, steps);
    }

    /** A job with a mark, which is put with it. */
    static <D extends Draft> Sending<D> withMark(
            Mutant mutant, D job, Draft.Mark mark, IntPredicate isHere) {
        List<D> one = List.of(job);
        return new Sending<>(
                mutant,
                one,
                mark,
                wakes(one, isHere),
                List.of(mark.free()),
                List.of(mark.put(), put(job)));
    }

    private static Step put(Draft job) {
        return new Step.Put(job.partition(), Ledger.WORK, job.spot(), job.value());
    }

    private static Set<Integer> wakes(List<? extends Draft> jobs, IntPredicate isHere) {
        if (jobs.size() == 1) {
            int partition = jobs.getFirst().partition();
            return isHere.test(partition)
                    ? Collections.emptySet()
                    : Collections.singleton(partition);
        }
        Set<Integer> wakes = new LinkedHashSet<>();
        for (Draft job : jobs) {
            if (!isHere.test(job.partition())) {
                wakes.add(job.partition());
            }
        }
        return wakes;
    }

    /** The jobs. */
    public List<D> jobs() {
        return jobs;
    }

    /** What the batch depends on. */
    public List<Proviso> provisos() {
        return provisos;
    }

    /** What the batch writes. */
    public List<Step> steps() {
        return steps;
    }

    /**
     * The partitions whose owners are told of it by the queue. In the others the jobs are handed
     * over when they were submitted.
     */
    public Set<Integer> wakes() {
        return wakes;
    }

    /** What is to be done next. */
    public Then then() {
        return then;
    }

    /** Where to look, if that is to be done next. */
    public Draft.Mark mark() {
        Draft.Mark known = mark;
        if (known == null) {
            throw new IllegalStateException("Jobs without a mark have a ticket.");
        }
        return known;
    }

    /** Whose the key is that is taken. */
    public UniqueRecord owner() {
        UniqueRecord known = owner;
        if (known == null) {
            throw new IllegalStateException("It was not taken.");
        }
        return known;
    }

    /** Whether it is known what became of the jobs. */
    public boolean isOver() {
        return then != Then.SEND && then != Then.LOOK;
    }

    /** Whether it may have taken effect, while that is not known. */
    public boolean mayBeSubmitted() {
        return mayBeSubmitted;
    }

    /** Whether it is to be left alone for a while before the next step. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** Why it failed last. */
    public String why() {
        return why;
    }

    /** The batch was sent, and this is how that ended. */
    public void answered(Flush.Answer answer) {
        hasFailed = false;
        switch (answer) {
            case Flush.Answer.Applied unused -> then = Then.SUBMITTED;
            // The ticket is there: it was applied the first time.
            case Flush.Answer.Refused unused ->
                    then = mark == null ? Then.WAS_SUBMITTED : Then.LOOK;
            case Flush.Answer.Fenced fenced -> failed(fenced.why());
            case Flush.Answer.Failed it -> failed(it.why());
            case Flush.Answer.Unknown it -> {
                mayBeSubmitted = true;
                failed(it.why());
                if (mutant == Mutant.JOB_UNKNOWN_SUBMITTED) {
                    then = Then.SUBMITTED;
                }
            }
        }
    }

    /** It was not looked up. */
    public void failed(String reason) {
        hasFailed = true;
        why = reason;
    }

    /**
     * It was looked up.
     *
     * @param there what stands at the mark; null for nothing
     * @param now the store's clock
     */
    public void looked(@Nullable Bytes there, long now) {
        hasFailed = false;
        then = Then.SEND;
        if (there == null) {
            provisos = List.of(mark().free());
            return;
        }
        if (there.equals(mark().record().toBytes())) {
            // Its own, however short its time was.
            then = Then.WAS_SUBMITTED;
            return;
        }
        try {
            UniqueRecord record = UniqueRecord.parse(there);
            if (record.until() > now && mutant != Mutant.JOB_UNIQUE_OVERLOOKED) {
                owner = record;
                then = Then.TAKEN;
                return;
            }
        } catch (CorruptRecordException e) {
            // Nobody can say whose it is: it counts as free.
        }
        if (mayBeSubmitted && mark().record().until() <= now) {
            // It may have been its own before it was another's.
            why = "others have had its unique key since";
            then = Then.UNKNOWN;
            return;
        }
        provisos = List.of(new Proviso(mark().partition(), Ledger.UNIQUE, mark().spot(), there));
    }
}
