package dev.roster.testkit.check;

import dev.roster.protocol.Partitions;
import dev.roster.testkit.check.Observation.Quiet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the observations so far add up to. */
public final class World {
    /** An ownership as the store has it. */
    record Owner(String member, long token) {}

    /** Work that runs, or would if its member's validity were not over. */
    record Running(String member, Work work, long token) {}

    /** A slot that a member acts on. */
    record Slot(long generation, int slot) {}

    /**
     * A member's record.
     *
     * @param again whether there was one before, so that proofs of the former do not hold
     */
    record Member(String name, long era, boolean again) {}

    /** A view as the store has it. */
    record View(long generation, List<String> members) {}

    /** Whether the content of a replaced store is being told. */
    boolean telling;

    /** Whether the store was replaced, and no era has settled since. */
    boolean replaced;

    long era = -1;
    boolean settled;
    @Nullable View view;

    /** The members of views of this era that may still act on one of them. */
    final Map<String, Long> acting = new LinkedHashMap<>();

    final Map<String, Member> members = new LinkedHashMap<>();
    final Map<String, Long> acks = new LinkedHashMap<>();
    final Map<String, Integer> partitions = new LinkedHashMap<>();
    final Map<Work, Boolean> keys = new LinkedHashMap<>();
    final Map<Work, Owner> owners = new LinkedHashMap<>();

    final Map<String, Long> validUntil = new LinkedHashMap<>();
    final Map<String, Slot> slots = new LinkedHashMap<>();
    final Map<Work, List<Running>> running = new LinkedHashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Map<String, Set<Work>> runningBy = new LinkedHashMap<>();

    /** The quiet that lasts, or null. */
    @Nullable Quiet quiet;

    /** Whether that is the store's ownership, as far as it has been told. */
    boolean isOwner(Observation.Owned seen) {
        Owner owner = owners.get(new Work(seen.division(), seen.partition()));
        return owner != null
                && owner.token() == seen.token()
                && owner.member().equals(seen.member());
    }

    boolean isValid(String member, long at) {
        return at < validUntil.getOrDefault(member, 0L);
    }

    /** Whether a member's record is there and of the present era. */
    boolean isLive(String member) {
        Member record = members.get(member);
        return record != null && record.era() == era;
    }

    List<Running> runningOn(Work work) {
        return running.getOrDefault(work, List.of());
    }

    /** What a member works on. */
    List<Running> runningBy(String member) {
        List<Running> found = new ArrayList<>();
        for (Work work : runningBy.getOrDefault(member, Set.of())) {
            for (Running candidate : runningOn(work)) {
                if (candidate.member().equals(member)) {
                    found.add(candidate);
                }
            }
        }
        return found;
    }

    /** The members that may still act on a view before {@code generation}. */
    List<String> notStoppedBefore(long generation) {
        List<String> found = new ArrayList<>();
        acting.forEach((member, since) -> {
            if (since < generation && acks.getOrDefault(member, -1L) < generation) {
                found.add(member);
            }
        });
        return found;
    }

    void apply(Observation seen) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forgetStore();
            case Observation.StoreTold told -> telling = false;
            case Observation.EraAgreed agreed -> {
                if (agreed.ordinal() != era) {
                    // Whoever acted on a view of an earlier era is not waited for.
                    acting.clear();
                }
                era = agreed.ordinal();
                settled = agreed.settled();
                replaced &= telling || !settled;
            }
            case Observation.MemberAdded added ->
                    members.put(
                            added.member(),
                            new Member(added.name(), added.era(), !known.add(added.member())));
            case Observation.MemberRemoved removed -> {
                members.remove(removed.member());
                acting.remove(removed.member());
                acks.remove(removed.member());
            }
            case Observation.ViewAgreed agreed -> {
                view = new View(agreed.generation(), agreed.members());
                for (String member : agreed.members()) {
                    if (isLive(member)) {
                        acting.putIfAbsent(member, agreed.generation());
                    }
                }
            }
            case Observation.Acknowledged ack -> acknowledged(ack);
            case Observation.DivisionAgreed agreed ->
                    partitions.put(agreed.division(), agreed.partitions());
            case Observation.KeyWritten key ->
                    keys.put(new Work(key.division(), key.key()), key.wanted());
            case Observation.KeyRemoved key -> keys.remove(new Work(key.division(), key.key()));
            case Observation.Claimed claimed ->
                    owners.put(
                            new Work(claimed.division(), claimed.key()),
                            new Owner(claimed.member(), claimed.token()));
            case Observation.Unclaimed unclaimed ->
                    owners.remove(new Work(unclaimed.division(), unclaimed.key()));
            case Observation.Valid valid -> validUntil.put(valid.member(), valid.until());
            case Observation.Lost lost -> validUntil.remove(lost.member());
            case Observation.Left left -> gone(left.member());
            case Observation.Died died -> gone(died.member());
            case Observation.SlotStarted started ->
                    slots.put(started.member(), new Slot(started.generation(), started.slot()));
            case Observation.SlotStopped stopped -> slots.remove(stopped.member());
            case Observation.WorkStarted started -> start(started);
            case Observation.WorkEnded ended -> end(ended);
            case Observation.Quiet begun -> quiet = begun;
            case Observation.Disturbed disturbed -> quiet = null;
            case Observation.BeatApplied ignored -> {}
            case Observation.Targeted ignored -> {}
            case Observation.Given ignored -> {}
            case Observation.EffectAccepted ignored -> {}
            case Observation.EffectRefused ignored -> {}
            case Observation.SlotEffectAccepted ignored -> {}
            case Observation.SlotEffectRefused ignored -> {}
            case Observation.Routed ignored -> {}
            case Observation.RouterGone ignored -> {}
            case Observation.RequestSent ignored -> {}
            case Observation.RequestDone ignored -> {}
            case Observation.EntryWritten ignored -> {}
            case Observation.EntryTold ignored -> {}
            case Observation.ToldUpTo ignored -> {}
            case Observation.OfJob ignored -> {}
            case Observation.Ended ignored -> {}
        }
    }

    private void forgetStore() {
        telling = true;
        replaced = true;
        era = -1;
        settled = false;
        view = null;
        acting.clear();
        members.clear();
        acks.clear();
        partitions.clear();
        keys.clear();
        owners.clear();
    }

    private void acknowledged(Observation.Acknowledged ack) {
        acks.put(ack.member(), ack.generation());
        View latest = view;
        if (latest == null || latest.generation() > ack.generation()) {
            acting.computeIfPresent(ack.member(), (member, since) -> ack.generation());
        } else if (latest.members().contains(ack.member())) {
            acting.put(ack.member(), ack.generation());
        } else {
            acting.remove(ack.member());
        }
    }

    private void start(Observation.WorkStarted started) {
        Work work = new Work(started.division(), started.key());
        running.computeIfAbsent(work, unused -> new ArrayList<>(1))
                .add(new Running(started.member(), work, started.token()));
        runningBy.computeIfAbsent(started.member(), unused -> new LinkedHashSet<>()).add(work);
    }

    private void end(Observation.WorkEnded ended) {
        Work work = new Work(ended.division(), ended.key());
        drop(work, ended.member(), ended.token());
        boolean another = false;
        for (Running other : runningOn(work)) {
            another |= other.member().equals(ended.member());
        }
        Set<Work> others = runningBy.get(ended.member());
        if (others != null && !another) {
            others.remove(work);
        }
    }

    private void gone(String member) {
        validUntil.remove(member);
        slots.remove(member);
        Set<Work> works = runningBy.remove(member);
        if (works != null) {
            for (Work work : works) {
                drop(work, member, -1);
            }
        }
    }

    /** Whether a member's record took the place of an earlier one. */
    boolean isAgain(String member) {
        Member record = members.get(member);
        return record != null && record.again();
    }

    /** The name of a member; "" if it is none. */
    String nameOf(String member) {
        Member record = members.get(member);
        return record == null ? "" : record.name();
    }

    /** Every key and partition that somebody should own. */
    List<Work> wanted() {
        List<Work> found = new ArrayList<>();
        keys.forEach((work, wanted) -> {
            if (wanted) {
                found.add(work);
            }
        });
        partitions.forEach((division, count) -> {
            for (int partition = 0; partition < count; partition++) {
                found.add(new Work(division, Partitions.key(partition, count)));
            }
        });
        return found;
    }

    private void drop(Work work, String member, long token) {
        List<Running> all = running.get(work);
        if (all != null) {
            all.removeIf(one -> one.member().equals(member) && (token < 0 || one.token() == token));
            if (all.isEmpty()) {
                running.remove(work);
            }
        }
    }
}
