package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.RosterException;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.group.GroupStatus;
import dev.roster.group.Member;
import dev.roster.group.MemberStatus;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.ConsumerRecord;
import dev.roster.store.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue among themselves: each says what tasks it has, and a partition whose
 * jobs wait for others goes to one that has them. Safe for use by many threads.
 */
final class Colleagues {
    /** Who could not be given a partition is not asked again for so long. */
    private static final long REST_NANOS = 30_000_000_000L;

    private final QueueOf queue;
    private final Member member;
    private final Set<String> own;
    private final Map<String, Set<String>> others = new TreeMap<>();
    private final Map<String, Long> resting = new HashMap<>();
    private String published = "";
    private boolean isOpen;

    Colleagues(QueueOf queue, Member member, Set<String> own) {
        this.queue = queue;
        this.member = member;
        this.own = new TreeSet<>(own);
    }

    /** It takes part: others may know of it. */
    synchronized void open() {
        isOpen = true;
    }

    /** Tells the others what it has, if they do not know. */
    void publish() {
        String incarnation = member.incarnation();
        synchronized (this) {
            if (!isOpen || incarnation.equals(published)) {
                return;
            }
        }
        Bytes record = new ConsumerRecord(new TreeSet<>(own)).toBytes();
        boolean isPut = queue.commit(List.of(), new Operation.Put(key(incarnation), record));
        synchronized (this) {
            published = isPut ? incarnation : published;
        }
    }

    /** It takes part no more. */
    void withdraw() {
        String incarnation;
        synchronized (this) {
            isOpen = false;
            incarnation = published;
            published = "";
        }
        if (!incarnation.isEmpty()) {
            try {
                delete(incarnation);
            } catch (RosterException | IllegalStateException e) {
                // Somebody else clears it away.
            }
        }
    }

    private void delete(String incarnation) {
        boolean unused = queue.commit(List.of(), new Operation.Delete(key(incarnation)));
    }

    private String key(String incarnation) {
        return queue.layout.consumers() + incarnation;
    }

    /** What one of them says; null if it says nothing any more. */
    synchronized void put(String incarnation, @Nullable Bytes value) {
        resting.remove(incarnation);
        if (incarnation.equals(published)) {
            published = value == null ? "" : published;
            return;
        }
        others.remove(incarnation);
        try {
            if (value != null) {
                others.put(incarnation, ConsumerRecord.parse(value).tasks());
            }
        } catch (CorruptRecordException e) {
            // It says nothing that is understood here.
        }
    }

    /** Nobody else says anything. */
    synchronized void retain(Set<String> incarnations) {
        others.keySet().retainAll(incarnations);
        published = incarnations.contains(published) ? published : "";
    }

    /** What the others have. */
    synchronized Set<String> tasks() {
        resting.values().removeIf(since -> System.nanoTime() - since > REST_NANOS);
        TreeSet<String> all = new TreeSet<>();
        others.forEach((incarnation, tasks) -> {
            if (!resting.containsKey(incarnation) && !incarnation.equals(member.incarnation())) {
                all.addAll(tasks);
            }
        });
        return all;
    }

    /** Gives a partition to one of those that have most of what its jobs need. */
    void pass(Division division, Ownership ownership, Set<String> tasks) {
        String to = best(tasks);
        if (to == null) {
            return;
        }
        boolean isGiven = false;
        try {
            isGiven = division.keys().give(ownership.key(), to);
        } catch (RosterException | IllegalStateException e) {
            // It stays here for now; that it was not taken over shows.
        }
        if (!isGiven) {
            synchronized (this) {
                resting.put(to, System.nanoTime());
            }
        }
    }

    private synchronized @Nullable String best(Set<String> tasks) {
        List<String> best = new ArrayList<>();
        long most = 0;
        for (Map.Entry<String, Set<String>> other : others.entrySet()) {
            long needed = common(tasks, other.getValue());
            long all = needed + common(own, other.getValue());
            boolean isAble = needed > 0 && !resting.containsKey(other.getKey());
            if (isAble && all >= most && !other.getKey().equals(member.incarnation())) {
                if (all > most) {
                    best.clear();
                }
                most = all;
                best.add(other.getKey());
            }
        }
        return best.isEmpty() ? null : best.get(ThreadLocalRandom.current().nextInt(best.size()));
    }

    private static long common(Set<String> some, Set<String> others) {
        return some.stream().filter(others::contains).count();
    }

    /** Clears away what members say that are there no more. */
    void clean() {
        List<Entry> said = queue.store.read(Range.prefix(queue.layout.consumers())).entries();
        if (said.isEmpty()) {
            return;
        }
        Set<String> living = new TreeSet<>();
        for (MemberStatus one : GroupStatus.read(queue.store, member.group()).members()) {
            living.add(one.incarnation());
        }
        for (Entry entry : said) {
            String incarnation = entry.key().substring(queue.layout.consumers().length());
            if (!living.contains(incarnation)) {
                delete(incarnation);
            }
        }
    }
}
