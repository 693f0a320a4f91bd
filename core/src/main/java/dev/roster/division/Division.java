package dev.roster.division;

import dev.roster.Affinity;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.RosterException;
import dev.roster.StoreUnavailableException;
import dev.roster.group.Member;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.DivisionSettings;
import dev.roster.protocol.Event;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.protocol.Partitions;
import dev.roster.runtime.MemberSession;
import dev.roster.runtime.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * One member's part in a division: work divided among a group. A <em>key list</em> has explicit
 * keys, each placed by affinity; a <em>key space</em> has a fixed number of partitions, shared out
 * by weight. Safe for use by many threads.
 */
public final class Division {
    private final Member member;
    private final String name;
    private final int partitions;
    private final DivisionOptions options;
    private final MemberSession session;
    private final DivisionRunner runner;
    private final Keys keys;
    private final ReentrantLock partLock = new ReentrantLock();
    private ParticipantRecord part;

    private Division(Member member, String name, int partitions, DivisionOptions options) {
        this.member = member;
        this.name = Limits.checkedName("division name", name);
        this.partitions = partitions;
        this.options = options;
        this.session = Sessions.of(member);
        this.keys = Keys.of(member.store(), member.group(), name);
        this.part =
                new ParticipantRecord(
                        options.affinity(), options.weight(), options.atMost(), false);
        this.runner = new DivisionRunner(name, partitions > 0, options, session.driver());
    }

    /** A key list with {@linkplain DivisionOptions#defaults defaults}. */
    public static Division of(Member member, String name) {
        return of(member, name, DivisionOptions.defaults());
    }

    /**
     * A key list. The member takes nothing before {@link #start} or {@link #listen} says what to
     * do.
     *
     * @throws InvalidInputException the name breaks a limit
     */
    public static Division of(Member member, String name, DivisionOptions options) {
        return new Division(member, name, 0, options);
    }

    /**
     * A key space: the partitions {@code 0} to {@code partitions − 1}, as many for all members.
     *
     * @throws InvalidInputException the name or the number of partitions breaks a limit
     */
    public static Division space(
            Member member, String name, int partitions, DivisionOptions options) {
        if (partitions < 1 || partitions > Partitions.MOST) {
            throw new InvalidInputException(
                    "A key space has 1 to %d partitions; this one has %d."
                            .formatted(Partitions.MOST, partitions));
        }
        return new Division(member, name, partitions, options);
    }

    /** The division's name. */
    public String name() {
        return name;
    }

    /** How many partitions the key space has; 0 for a key list. */
    public int partitions() {
        return partitions;
    }

    /** The key of the partition, of a key space, that a routing key belongs to. */
    public String partitionOf(String routingKey) {
        if (partitions == 0) {
            throw new IllegalStateException("A key list has no partitions.");
        }
        return Partitions.key(options.hash().partition(routingKey, partitions), partitions);
    }

    /** The member whose part this is. */
    public Member member() {
        return member;
    }

    /** The division's keys, to add, remove and look at; anybody may, member or not. */
    public Keys keys() {
        return keys;
    }

    /**
     * Begins to take keys and to run a handler for each. Returns when the member takes part.
     *
     * @throws dev.roster.JoinRefusedException the division has other settings
     * @throws StoreUnavailableException taking part took longer than 30 seconds; it goes on trying
     * @throws RosterException the member has left
     */
    public Division start(WorkHandler handler) {
        runner.handle(handler);
        takePart();
        return this;
    }

    /** Begins to take keys, and tells a listener what to start and to stop. As {@link #start}. */
    public Division listen(DivisionListener listener) {
        runner.listen(listener);
        takePart();
        return this;
    }

    /**
     * {@linkplain #start Starts} and waits until the member has left, or the thread is interrupted.
     */
    public void run(WorkHandler handler) throws InterruptedException {
        start(handler);
        runner.awaitEnd();
    }

    private void takePart() {
        DivisionSettings settings =
                new DivisionSettings(
                        name,
                        new DivisionRecord(partitions, options.policy(), options.hash()),
                        part,
                        options.attempts(),
                        options.backoff().toNanos(),
                        options.backoffMost().toNanos(),
                        options.stopWithin().toNanos(),
                        options.motion());
        session.join(settings, runner);
        await(runner.joined(), "taking part in the division \"" + name + "\"");
    }

    /** What this member holds now: started and not yet confirmed as stopped. */
    public List<Ownership> held() {
        return runner.held();
    }

    /** This member's ownership of a key, if it holds it. */
    public Optional<Ownership> held(String key) {
        return runner.held(key);
    }

    /** Confirms that work on a key has stopped; for {@linkplain #listen listeners}. */
    public void confirm(Ownership ownership) {
        runner.end(ownership, new Event.Ending.Stopped());
    }

    /**
     * The key's work is done, for good; for {@linkplain #listen listeners} of key lists. It counts
     * once {@link Keys} shows it so: a former owner's word is refused.
     */
    public void done(Ownership ownership) {
        if (partitions > 0) {
            throw new IllegalStateException("A partition's work is never done.");
        }
        runner.done(ownership);
    }

    /** Work on the key failed: it is tried again after the back-off, up to the attempts. */
    public void failed(Ownership ownership, String error) {
        runner.failed(ownership, error);
    }

    /**
     * Gives a key up: another member gets it, if there is one that takes keys. Work on it has to
     * have stopped, or, with a handler, is interrupted first.
     */
    public void giveBack(Ownership ownership) {
        runner.giveBack(ownership);
    }

    /** How reluctant this member is to take more. */
    public long affinity() {
        partLock.lock();
        try {
            return part.affinity();
        } finally {
            partLock.unlock();
        }
    }

    /**
     * Sets how reluctant this member is to take more. Nothing that runs moves because of it. Ends a
     * {@link #flush}.
     */
    public void setAffinity(long affinity) {
        Affinity.checked(affinity);
        change(before -> new ParticipantRecord(affinity, before.weight(), before.atMost(), false));
        runner.endFlush();
    }

    /**
     * Adds to the affinity, atomically; the sum stays within 0 and {@link Affinity#MOST}.
     *
     * @return the new affinity; {@link Affinity#NONE} stays what it is
     */
    public long addAffinity(long amount) {
        return change(
                        before -> {
                            if (before.affinity() == Affinity.NONE) {
                                return before;
                            }
                            long sum =
                                    Math.clamp(
                                            before.affinity()
                                                    + Math.clamp(
                                                            amount, -Affinity.MOST, Affinity.MOST),
                                            0,
                                            Affinity.MOST);
                            return new ParticipantRecord(
                                    sum, before.weight(), before.atMost(), before.draining());
                        })
                .affinity();
    }

    private ParticipantRecord change(UnaryOperator<ParticipantRecord> how) {
        partLock.lock();
        try {
            ParticipantRecord next = how.apply(part);
            if (!next.equals(part)) {
                part = next;
                session.driver().post(new Event.ChangePart(name, next));
            }
            return next;
        } finally {
            partLock.unlock();
        }
    }

    /**
     * Stops everything and gives it up: the affinity becomes {@link Affinity#NONE}, and the others
     * take over at once. Returns when every stop is confirmed and every key released.
     *
     * @throws StoreUnavailableException that took longer than {@code atMost}; it goes on
     * @throws RosterException {@link #setAffinity} ended it
     */
    public void flush(Duration atMost) {
        CompletableFuture<?> flushed;
        partLock.lock();
        try {
            part = new ParticipantRecord(Affinity.NONE, part.weight(), part.atMost(), true);
            flushed = runner.flush();
        } finally {
            partLock.unlock();
        }
        // Without the lock: work that is told to stop may well ask for the affinity.
        await(flushed, atMost, "flushing the division \"" + name + "\"");
    }

    private static void await(CompletableFuture<?> future, String what) {
        await(future, Duration.ofSeconds(30), what);
    }

    private static void await(CompletableFuture<?> future, Duration atMost, String what) {
        try {
            future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new StoreUnavailableException(
                    "%s took longer than %s; it goes on.".formatted(what, atMost));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Interrupted while " + what + "; it goes on.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RosterException known
                    ? known
                    : new RosterException(what + " failed.", e);
        }
    }
}
