package dev.roster.testkit.witness;

import dev.roster.division.Ownership;
import dev.roster.group.GroupListener;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.testkit.check.History;
import dev.roster.testkit.check.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes down what one member does. Each line is in the file before the method returns, so that a
 * process that is killed has said all that it did. Safe for use by many threads.
 */
public final class Witness implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final Member member;
    private final String division;
    private final Writer out;
    private final Thread clock;
    private volatile boolean closed;

    /** Begins to write about a member and its work on one division. */
    public Witness(Member member, String division, Path file) {
        this.member = member;
        this.division = division;
        try {
            this.out =
                    Files.newBufferedWriter(
                            file,
                            StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clock = Thread.ofPlatform().daemon().name("witness").start(this::watchValidity);
        member.listen(
                new GroupListener() {
                    @Override
                    public void slotStarted(Slot slot) {
                        valid();
                        write(
                                new Observation.SlotStarted(
                                        System.nanoTime(),
                                        member.incarnation(),
                                        slot.generation(),
                                        slot.number(),
                                        slot.count(),
                                        slot.members()));
                    }

                    @Override
                    public void slotEnded(Slot slot) {
                        write(
                                new Observation.SlotStopped(
                                        System.nanoTime(),
                                        member.incarnation(),
                                        slot.generation()));
                    }

                    @Override
                    public void lost(String why) {
                        write(new Observation.Lost(System.nanoTime(), member.incarnation()));
                    }

                    @Override
                    public void left() {
                        write(new Observation.Left(System.nanoTime(), member.incarnation()));
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

    private void valid() {
        // The time is taken first: what is written down never lasts longer than what was true.
        long at = System.nanoTime();
        long left = member.validFor().toNanos();
        write(new Observation.Valid(at, member.incarnation(), left == 0 ? 0 : at + left));
    }

    /** Work has begun. */
    public void started(Ownership work, String incarnation) {
        valid();
        write(
                new Observation.WorkStarted(
                        System.nanoTime(), incarnation, division, work.key(), work.token()));
    }

    /** Work has ended. */
    public void ended(Ownership work, String incarnation) {
        write(
                new Observation.WorkEnded(
                        System.nanoTime(), incarnation, division, work.key(), work.token()));
    }

    /**
     * A resource that checks tokens answered.
     *
     * @param at when it was asked: a process may stand still between the answer and this call
     */
    public void effect(Ownership work, String incarnation, long at, boolean accepted) {
        write(
                accepted
                        ? new Observation.EffectAccepted(
                                at, incarnation, division, work.key(), work.token(), false)
                        : new Observation.EffectRefused(
                                at, incarnation, division, work.key(), work.token(), false));
    }

    private synchronized void write(Observation observation) {
        if (closed) {
            return;
        }
        try {
            History.write(observation, out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        clock.interrupt();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
