package dev.roster.testkit.witness;

import dev.roster.division.Ownership;
import dev.roster.group.GroupListener;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.testkit.check.Observation;

/** Writes down what one member does. Safe for use by many threads. */
public final class Witness implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;
    private static final long AT_ONCE_NANOS = 200_000;
    private static final int TRIES = 1000;

    private final Member member;
    private final HistoryFile history;
    private final Thread clock;
    private volatile boolean closed;

    /** Begins to write about a member; its history is closed with the witness. */
    public Witness(Member member, HistoryFile history) {
        this.member = member;
        this.history = history;
        clock = Thread.ofPlatform().daemon().name("witness").start(this::watchValidity);
        member.listen(
                new GroupListener() {
                    @Override
                    public void slotStarted(Slot slot) {
                        Witness.this.slotStarted(slot);
                    }

                    @Override
                    public void slotEnded(Slot slot) {
                        history.write(
                                new Observation.SlotStopped(
                                        System.nanoTime(),
                                        member.incarnation(),
                                        slot.generation()));
                    }

                    @Override
                    public void lost(String why) {
                        history.write(
                                new Observation.Lost(System.nanoTime(), member.incarnation()));
                    }

                    @Override
                    public void left() {
                        history.write(
                                new Observation.Left(System.nanoTime(), member.incarnation()));
                    }
                });
    }

    private void watchValidity() {
        try {
            while (!closed) {
                valid();
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For how long the member takes itself for valid, and when. */
    private record Validity(long at, long left) {
        /**
         * The time is taken first: what is written down never lasts longer than what was true. Nor
         * may there be much between: what the member learned meanwhile would count as known before.
         */
        static Validity of(Member member) {
            Validity found;
            int tries = 0;
            do {
                found = new Validity(System.nanoTime(), member.validFor().toNanos());
                tries++;
            } while (System.nanoTime() - found.at > AT_ONCE_NANOS && tries < TRIES);
            return found;
        }
    }

    private Validity valid() {
        Validity now = Validity.of(member);
        long until = now.left == 0 ? 0 : now.at + now.left;
        history.write(new Observation.Valid(now.at, member.incarnation(), until));
        return now;
    }

    /**
     * A slot begins. As with work, it began if its guard said yes after the time that is written
     * down; if the process stood still before it asked, it never acted.
     */
    private void slotStarted(Slot slot) {
        Validity now = valid();
        if (now.left > 0 && slot.isValid()) {
            history.write(
                    new Observation.SlotStarted(
                            now.at,
                            member.incarnation(),
                            slot.generation(),
                            slot.number(),
                            slot.count(),
                            slot.members()));
        }
    }

    /**
     * Work is to begin, if its guard says yes.
     *
     * @return whether it did, and the work has begun; if not, nothing was written: the process may
     *     have stood still on its way here, and must not act
     */
    public boolean started(String division, Ownership work, String incarnation) {
        Validity now = valid();
        // The guard is asked after the time was taken: where it said yes, so it would have then.
        if (now.left == 0 || !work.isValid()) {
            return false;
        }
        history.write(
                new Observation.WorkStarted(
                        now.at, incarnation, division, work.key(), work.token()));
        return true;
    }

    /** Work has ended. */
    public void ended(String division, Ownership work, String incarnation) {
        history.write(
                new Observation.WorkEnded(
                        System.nanoTime(), incarnation, division, work.key(), work.token()));
    }

    /**
     * A resource that checks tokens answered.
     *
     * @param at when it was asked: a process may stand still between the answer and this call
     */
    public void effect(
            String division, Ownership work, String incarnation, long at, boolean accepted) {
        history.write(
                accepted
                        ? new Observation.EffectAccepted(
                                at, incarnation, division, work.key(), work.token(), false)
                        : new Observation.EffectRefused(
                                at, incarnation, division, work.key(), work.token(), false));
    }

    /** The store refused an effect that was conditional on the work's fence. */
    public void refused(String division, Ownership work, String incarnation) {
        history.write(
                new Observation.EffectRefused(
                        System.nanoTime(), incarnation, division, work.key(), work.token(), true));
    }

    @Override
    public void close() {
        closed = true;
        clock.interrupt();
        history.close();
    }
}
