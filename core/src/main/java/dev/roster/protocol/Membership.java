package dev.roster.protocol;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * A member's own place in the group: joining, beating, knowing until when it may act, noticing that
 * it may not, and coming back.
 *
 * <pre>
 *            read            commit           beat refused, record gone
 *   NEW ───▶ READING ───▶ JOINING ───▶ MEMBER ───────────────┐
 *              ▲  ▲                     │  ▲                 │
 *              │  └─────────────────────┼──┼─────────────────┘
 *              │ record gone            ▼  │ read, then beat
 *              └───────────────────── SUSPENDED
 * </pre>
 *
 * <p>The member's record is authoritative: while it is in the store, unwritten since the joining,
 * the member belongs to the group. Whether it may <em>act</em> it knows from its own clock alone:
 * until {@code validUntil}, counted from when the last beat that succeeded was sent. After a pause
 * it must first send another beat that succeeds. When the time is over it is suspended: it stops
 * everything and sends no beat before a read has succeeded, so that a member whose requests arrive
 * but whose replies are lost does not keep its keys from the others for ever.
 */
final class Membership {
    /** Where a member is on its way. */
    enum Phase {
        NEW,
        READING,
        JOINING,
        MEMBER,
        SUSPENDED,
        GONE
    }

    private static final long FAR = Long.MAX_VALUE;

    private final Context c;
    private final Eras eras;
    private final GroupRepair groupRepair;
    Phase phase = Phase.NEW;
    private String incarnation = "";
    private long memberModified;
    private long joinedEra = -1;
    private long triedEra = -2;
    private long validUntil;
    private long lastEventNanos;
    private long gatedSince = -1;
    private long beatNumber;
    private long nextBeatAt = FAR;
    private long readAt = FAR;
    private long joinAt = FAR;
    private boolean reading;
    private boolean revalidating;
    private boolean leaving;
    private boolean tieHolds = true;

    Membership(Context c) {
        this.c = c;
        this.eras = new Eras(c);
        this.groupRepair = new GroupRepair(c);
    }

    /** This member's incarnation; "" before it joins. */
    String incarnation() {
        return incarnation;
    }

    /** Whether the member may act now, as far as leases go. */
    boolean acting() {
        boolean valid = c.now.nanos() < validUntil || c.is(Mutant.EXPIRY_OVERLOOKED);
        return phase == Phase.MEMBER && gatedSince < 0 && valid;
    }

    /** Whether the member may also take on something new: the store has not just gone back. */
    boolean acquiring() {
        boolean settled = c.state.eraSettled() || c.is(Mutant.ERA_NOT_SETTLED);
        return acting() && settled && c.state.eraOrdinal() == joinedEra;
    }

    /** What a commit has to be conditional on to happen only while this is a member of this era. */
    List<Condition> proof() {
        List<Condition> proof = new ArrayList<>();
        proof.add(new Condition.Unchanged(c.layout.member(incarnation), memberModified));
        Held<EraRecord> era = c.state.era;
        if (era != null) {
            proof.add(new Condition.Unchanged(c.layout.era(), era.modified()));
        }
        return proof;
    }

    /** The condition that this is still a member. */
    Condition membership() {
        return new Condition.Unchanged(c.layout.member(incarnation), memberModified);
    }

    /** Do not join anew from here on. */
    void leave() {
        leaving = true;
    }

    void join() {
        lastEventNanos = c.now.nanos();
        phase = Phase.READING;
        read();
    }

    /** What time alone brings: called before each event is looked at. */
    void timePassed() {
        long now = c.now.nanos();
        long gap = now - lastEventNanos;
        lastEventNanos = now;
        if (phase != Phase.MEMBER) {
            return;
        }
        if (now >= validUntil && !c.is(Mutant.EXPIRY_OVERLOOKED)) {
            suspend("the lease ran out before a beat succeeded");
        } else if (gap > c.timing.pauseNanos() && gatedSince < 0) {
            gate();
        }
    }

    /** Not before a beat that is sent from now on has succeeded does this member act again. */
    private void gate() {
        gatedSince = c.now.nanos();
        nextBeatAt = gatedSince;
        c.emit(new Effect.Valid(0));
    }

    /**
     * Others see a broken tie, and may take this member for dead before its lease is over. Until it
     * holds again the member does not act, and comes back to nothing.
     */
    void ownTie(boolean holds) {
        tieHolds = holds;
        if (phase == Phase.MEMBER) {
            gate();
        } else if (holds) {
            readAgain();
        }
    }

    /** Does what is due. */
    void act() {
        switch (phase) {
            case NEW, GONE -> {}
            case READING -> readIfDue();
            case JOINING -> {
                if (joinAt != FAR && c.due(joinAt)) {
                    joinAt = FAR;
                    prepareJoin();
                }
            }
            case SUSPENDED -> readIfDue();
            case MEMBER -> {
                readIfDue();
                if (!c.is(Mutant.EXPIRY_OVERLOOKED)) {
                    c.wakeAt(validUntil);
                }
                if (c.due(nextBeatAt)) {
                    beat();
                }
                eras.act(acting() && c.state.eraOrdinal() == joinedEra, incarnation);
                groupRepair.act(membership());
            }
        }
    }

    private void readIfDue() {
        if (!reading && readAt != FAR && c.due(readAt)) {
            read();
        }
    }

    private void read() {
        reading = true;
        readAt = FAR;
        eras.readAsked();
        c.emit(new Effect.ReadGroup());
    }

    void readAgain() {
        if (!reading && phase != Phase.NEW && phase != Phase.GONE) {
            readAt = Math.min(readAt, c.now.nanos());
        }
    }

    void unreadable() {
        reading = false;
        readAt = c.now.nanos() + c.jittered(c.timing.retryNanos());
    }

    void groupRead(Event.GroupRead read) {
        reading = false;
        if (c.store != null && !c.store.equals(read.store())) {
            c.state.forget();
        }
        c.store = read.store();
        c.state.read(read.entries(), read.revision());
        switch (phase) {
            case NEW, GONE -> {}
            case READING, JOINING -> {
                if (eras.repairIfNeeded(read, this::readAgain)) {
                    phase = Phase.READING;
                } else {
                    prepareJoin();
                }
            }
            case MEMBER -> {
                if (leaving && !c.state.members.containsKey(incarnation)) {
                    // Word of the own departure, or nothing is left to take leave from.
                    return;
                }
                if (eras.repairIfNeeded(read, this::readAgain)) {
                    suspend("the store went back in time");
                } else {
                    lookForSelf();
                }
            }
            case SUSPENDED -> {
                if (!eras.repairIfNeeded(read, this::readAgain)) {
                    lookForSelf();
                    if (phase == Phase.SUSPENDED && tieHolds) {
                        revalidating = true;
                        beat();
                    }
                }
            }
        }
    }

    /** After anything that may have removed this member or begun another era. */
    void lookForSelf() {
        if (phase != Phase.MEMBER && phase != Phase.SUSPENDED) {
            return;
        }
        Held<MemberRecord> self = c.state.members.get(incarnation);
        if (c.state.eraOrdinal() != joinedEra) {
            evicted("the store is in another era");
        } else if (self == null || self.modified() != memberModified) {
            evicted("another member took this one for dead");
        }
    }

    private void prepareJoin() {
        if (leaving || !tieHolds) {
            phase = Phase.READING;
            return;
        }
        Held<EraRecord> era = c.state.era;
        if (!c.state.loaded || (era != null && era.value().ordinal() < 0)) {
            // An era that cannot be read is none to join: a reading shows it, and begins another.
            phase = Phase.READING;
            readAgain();
            return;
        }
        Held<GroupRecord> group = c.state.group;
        long lease = c.timing.leaseNanos() / 1_000_000;
        boolean others = !c.state.ranked().isEmpty();
        boolean unreadable = group != null && group.value().equals(GroupRecord.UNREADABLE);
        if (unreadable && others) {
            // The members know the lease, and write it again.
            phase = Phase.READING;
            readAgainSoon();
            return;
        }
        if (group != null && group.value().leaseMillis() != lease && others) {
            phase = Phase.GONE;
            c.emit(
                    new Effect.JoinRefused(
                            "The group \"%s\" has a lease of %d ms and this member asks for %d ms: use the group's lease, or start all members anew."
                                    .formatted(
                                            c.settings.group(),
                                            group.value().leaseMillis(),
                                            lease)));
            return;
        }
        phase = Phase.JOINING;
        if (incarnation.isEmpty() || triedEra != c.state.eraOrdinal()) {
            // Otherwise an earlier try may have taken effect, or may yet: the same one again.
            triedEra = c.state.eraOrdinal();
            incarnation = c.settings.name() + "~" + Long.toString(c.random.nextLong() >>> 1, 36);
        }
        sendJoin(group == null || group.value().leaseMillis() != lease, lease);
    }

    private void sendJoin(boolean writeGroup, long lease) {
        List<Condition> conditions = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        long eraOrdinal = eras.joinCondition(conditions, operations);
        Held<GroupRecord> group = c.state.group;
        conditions.add(
                group == null
                        ? new Condition.Absent(c.layout.group())
                        : new Condition.Unchanged(c.layout.group(), group.modified()));
        if (writeGroup) {
            operations.add(new Operation.Put(c.layout.group(), new GroupRecord(lease).toBytes()));
        }
        MemberRecord record =
                new MemberRecord(
                        incarnation,
                        c.settings.name(),
                        eraOrdinal,
                        c.settings.version(),
                        c.settings.replaces(),
                        c.settings.tie(),
                        c.settings.metadata(),
                        c.now.wallMillis());
        conditions.add(new Condition.Absent(c.layout.member(incarnation)));
        operations.add(new Operation.Put(c.layout.member(incarnation), record.toBytes()));
        beatNumber = 1;
        operations.add(new Operation.Put(c.layout.beat(incarnation), beatRecord()));
        long sent = c.now.nanos();
        String joining = incarnation;
        c.send(conditions, operations, result -> joinEnded(result, joining, eraOrdinal, sent));
    }

    private void joinEnded(CommitResult result, String joining, long eraOrdinal, long sent) {
        if (phase != Phase.JOINING || !joining.equals(incarnation)) {
            return;
        }
        switch (result) {
            case CommitResult.Applied applied -> {
                joined(applied.revision(), eraOrdinal);
                phase = Phase.MEMBER;
                gatedSince = -1;
                validUntil = sent + c.validityNanos();
                nextBeatAt = sent + c.timing.renewNanos();
                c.emit(new Effect.Joined(incarnation));
                if (!tieHolds) {
                    gate();
                } else if (c.now.nanos() < validUntil) {
                    c.emit(new Effect.Valid(validUntil));
                } else {
                    suspend("the joining took longer than the lease");
                }
            }
            case CommitResult.Refused refused -> {
                Entry self = refused.entry(c.layout.member(incarnation));
                if (self != null) {
                    // An earlier try whose answer was lost: joined, but when is not known.
                    joined(self.modified(), eraOrdinal);
                    phase = Phase.SUSPENDED;
                    c.emit(new Effect.Joined(incarnation));
                }
                readAgainSoon();
                if (self == null) {
                    phase = Phase.READING;
                }
            }
            case CommitResult.OtherStore other -> storeChanged();
            case CommitResult.Failed failed -> joinAt = c.now.nanos() + c.jittered(retry());
            case CommitResult.Unknown unknown -> {
                // Whether it joined shows in the next reading; the same incarnation tries again.
                joinAt = c.now.nanos() + c.jittered(retry());
            }
        }
    }

    private void joined(long modified, long eraOrdinal) {
        memberModified = modified;
        joinedEra = eraOrdinal;
        revalidating = false;
    }

    private void beat() {
        beatNumber++;
        nextBeatAt = c.now.nanos() + c.timing.renewNanos();
        long sent = c.now.nanos();
        String beating = incarnation;
        c.sendBeat(
                c.is(Mutant.BEAT_OF_ANYBODY) ? List.of() : List.of(membership()),
                List.of(new Operation.Put(c.layout.beat(incarnation), beatRecord())),
                result -> beatEnded(result, beating, sent));
    }

    private Bytes beatRecord() {
        return new BeatRecord(beatNumber, c.now.wallMillis()).toBytes();
    }

    private void beatEnded(CommitResult result, String beating, long sent) {
        if (!beating.equals(incarnation) || (phase != Phase.MEMBER && phase != Phase.SUSPENDED)) {
            return;
        }
        switch (result) {
            case CommitResult.Applied applied -> {
                long from = c.is(Mutant.VALID_FROM_THE_ANSWER) ? c.now.nanos() : sent;
                beatSucceeded(from + c.validityNanos(), sent);
            }
            case CommitResult.Refused refused -> evicted("another member took this one for dead");
            case CommitResult.OtherStore other -> storeChanged();
            case CommitResult.Failed failed -> beatFailed();
            case CommitResult.Unknown unknown -> {
                if (c.is(Mutant.UNKNOWN_BEAT_COUNTED)) {
                    beatSucceeded(sent + c.validityNanos(), sent);
                } else {
                    beatFailed();
                }
            }
        }
    }

    private void beatSucceeded(long until, long sent) {
        if (c.now.nanos() >= until) {
            beatFailed();
            return;
        }
        if (phase == Phase.SUSPENDED) {
            if (!revalidating) {
                return;
            }
            phase = Phase.MEMBER;
            revalidating = false;
            gatedSince = -1;
            validUntil = until;
            c.emit(new Effect.Regained());
            c.emit(new Effect.Valid(validUntil));
            return;
        }
        validUntil = Math.max(validUntil, until);
        if (gatedSince >= 0 && sent >= gatedSince && tieHolds) {
            gatedSince = -1;
        }
        if (gatedSince < 0) {
            c.emit(new Effect.Valid(validUntil));
        }
    }

    private void beatFailed() {
        if (phase == Phase.SUSPENDED) {
            revalidating = false;
            readAt = Math.min(readAt, c.now.nanos() + c.jittered(retry()));
        } else {
            nextBeatAt = Math.min(nextBeatAt, c.now.nanos() + c.jittered(retry()));
        }
    }

    /** A commit was answered by another store than the one that was read. */
    void storeChanged() {
        if (phase == Phase.MEMBER) {
            suspend("the store is another one");
        } else if (phase == Phase.JOINING) {
            phase = Phase.READING;
        }
        readAgainSoon();
    }

    private void readAgainSoon() {
        readAt = Math.min(readAt, c.now.nanos() + c.jittered(retry() / 4));
    }

    private void suspend(String why) {
        phase = Phase.SUSPENDED;
        revalidating = false;
        gatedSince = -1;
        validUntil = 0;
        c.emit(new Effect.Valid(0));
        c.emit(new Effect.Lost(why));
        readAt = c.now.nanos();
    }

    private void evicted(String why) {
        boolean told = phase == Phase.SUSPENDED;
        phase = Phase.READING;
        gatedSince = -1;
        validUntil = 0;
        nextBeatAt = FAR;
        if (!c.is(Mutant.INCARNATION_AGAIN)) {
            incarnation = "";
        }
        if (!told) {
            c.emit(new Effect.Valid(0));
            c.emit(new Effect.Lost(why));
        }
        if (!reading) {
            prepareJoin();
        }
    }

    /** The member is not one any more, by its own will. */
    void gone() {
        phase = Phase.GONE;
        validUntil = 0;
        c.emit(new Effect.Valid(0));
    }

    private long retry() {
        return c.timing.retryNanos();
    }
}
