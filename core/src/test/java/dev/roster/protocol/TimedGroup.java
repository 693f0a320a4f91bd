package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Change;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Members of one group whose store takes a known time for each commit and tells of each change a
 * known time later, so that it can be counted what a change of the members costs, and how long a
 * key is without an owner. Nothing ever fails.
 */
final class TimedGroup {
    static final long MILLI = 1_000_000;

    /** From sending a commit until it is applied and answered. */
    static final long COMMIT = 5 * MILLI;

    /** From when a commit is applied until all others are told. */
    static final long NOTICE = MILLI;

    /** From being told to stop until work has stopped, for each key a little longer. */
    static final long STOP = MILLI / 50;

    static final String DIVISION = "keys";
    private static final StoreIdentity STORE = new StoreIdentity("one");

    private record Due(long at, long number, Runnable action) {}

    /** One member: its machine, and what is carried out of its effects. */
    final class Person {
        final String name;
        private final MemberMachine machine;
        private boolean isFollowing;
        private boolean isBeatFollowing;
        private long wake = Long.MAX_VALUE;
        boolean isGone;

        /** How much later than others it is told of changes. */
        long lateNanos;

        final List<Effect.StopReason> stopped = new ArrayList<>();

        Person(String name, int partitions) {
            this.name = name;
            MemberSettings settings =
                    new MemberSettings(
                            "g",
                            name,
                            "1",
                            "",
                            "tie of " + name,
                            "",
                            timing,
                            1_000_000_000,
                            operations);
            machine = new MemberMachine(settings, new Random(name.hashCode()));
            on(new Event.Join());
            on(
                    new Event.JoinDivision(
                            new DivisionSettings(
                                    DIVISION,
                                    new DivisionRecord(partitions, Affinity.Policy.LEVEL),
                                    ParticipantRecord.DEFAULT,
                                    0,
                                    1000 * MILLI,
                                    1000 * MILLI,
                                    30_000 * MILLI,
                                    1000)));
        }

        void on(Event event) {
            if (isGone) {
                return;
            }
            int stops = 0;
            for (Effect effect : machine.on(event, new Now(now, now / MILLI))) {
                stops += effect instanceof Effect.StopWork ? 1 : 0;
                carryOut(effect, stops);
            }
            long next = Math.max(now, machine.nextWakeNanos());
            if (next < wake && machine.nextWakeNanos() != Long.MAX_VALUE) {
                wake = next;
                after(
                        next - now,
                        () -> {
                            if (wake == next) {
                                wake = Long.MAX_VALUE;
                                on(new Event.Tick());
                            }
                        });
            }
        }

        private void carryOut(Effect effect, int stops) {
            switch (effect) {
                case Effect.ReadGroup read -> {
                    reads++;
                    after(
                            NOTICE,
                            () -> {
                                Snapshot all = store.read(Range.prefix("g/"));
                                isFollowing = true;
                                on(new Event.GroupRead(all.entries(), all.revision(), STORE));
                            });
                }
                case Effect.ReadBeats read -> readBeats();
                case Effect.WatchBeats watch -> {
                    isBeatFollowing = watch.on();
                    if (watch.on()) {
                        readBeats();
                    }
                }
                case Effect.Send send -> after(COMMIT, () -> commit(this, send));
                case Effect.StartWork start ->
                        startedAt
                                .computeIfAbsent(start.key(), unused -> new ArrayList<>())
                                .add(new Start(name, now, start.token()));
                case Effect.StopWork stop -> {
                    stopped.add(stop.reason());
                    after(
                            stops * STOP,
                            () -> {
                                stoppedAt.put(stop.key(), now);
                                on(
                                        new Event.WorkEnded(
                                                DIVISION,
                                                stop.key(),
                                                stop.token(),
                                                new Event.Ending.Stopped()));
                            });
                }
                case Effect.StopSlot stop ->
                        after(STOP, () -> on(new Event.SlotStopped(stop.generation())));
                case Effect.Left left -> isGone = true;
                default -> {}
            }
        }

        private void readBeats() {
            reads++;
            after(NOTICE, () -> on(new Event.BeatsRead(store.read(Range.prefix("b/")).entries())));
        }
    }

    /** That a member started work on a key. */
    record Start(String by, long at, long token) {}

    private final KeyValueModel store = new KeyValueModel(STORE, 100_000);
    private final Timing timing = new Timing(Timing.millis(15_000), Timing.DRIFT_PER_MILLE);
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>((a, b) ->
                    a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.number, b.number));
    private final List<Person> people = new ArrayList<>();
    private final int partitions;
    private final int operations;
    private long now = 1000 * MILLI;
    private long number;
    long commits;
    long reads;
    final TreeMap<String, List<Start>> startedAt = new TreeMap<>();
    final TreeMap<String, Long> stoppedAt = new TreeMap<>();

    /** What is asked of each commit before it is applied; tests look at what is sent. */
    Predicate<Effect.Send> observer = send -> true;

    TimedGroup(int partitions, int operations) {
        this.partitions = partitions;
        this.operations = operations;
    }

    Person join(String name) {
        Person person = new Person(name, partitions);
        people.add(person);
        return person;
    }

    void run(long millis) {
        long until = now + millis * MILLI;
        while (!queue.isEmpty() && Objects.requireNonNull(queue.peek()).at <= until) {
            Due due = queue.remove();
            now = due.at;
            due.action.run();
        }
        now = until;
    }

    private void after(long nanos, Runnable action) {
        number++;
        queue.add(new Due(now + nanos, number, action));
    }

    private void commit(Person by, Effect.Send send) {
        if (!observer.test(send)) {
            return;
        }
        commits++;
        long before = store.revision();
        CommitResult result = store.commit(send.commit());
        long revision = store.revision();
        if (revision > before) {
            after(NOTICE, () -> tell(before, revision));
        }
        by.on(new Event.CommitEnded(send.id(), result));
    }

    private void tell(long after, long upTo) {
        for (Person person : List.copyOf(people)) {
            after(person.lateNanos, () -> tell(person, after, upTo));
        }
    }

    private void tell(Person person, long after, long upTo) {
        List<Change> group = changes("g/", after, upTo);
        if (person.isFollowing && !group.isEmpty()) {
            person.on(new Event.GroupChanged(group, upTo));
        }
        List<Change> beats = changes("b/", after, upTo);
        if (person.isBeatFollowing && !beats.isEmpty()) {
            person.on(new Event.BeatsChanged(beats));
        }
    }

    private List<Change> changes(String prefix, long after, long upTo) {
        List<Change> all = Objects.requireNonNull(store.changesAfter(Range.prefix(prefix), after));
        return all.stream().filter(change -> change.revision() <= upTo).toList();
    }

    /** How long each key was without an owner that was handed on, in nanoseconds. */
    List<Long> gaps() {
        List<Long> gaps = new ArrayList<>();
        stoppedAt.forEach((key, at) -> {
            List<Start> starts = startedAt.getOrDefault(key, List.of());
            if (!starts.isEmpty() && starts.getLast().at() >= at) {
                gaps.add(starts.getLast().at() - at);
            }
        });
        return gaps;
    }

    /** Ends a member's process: the others' stores see its tie broken, and tell so. */
    void kill(Person person) {
        person.isGone = true;
        tellOfTie(person);
    }

    private void tellOfTie(Person dead) {
        people.forEach(person -> person.on(new Event.TieBroken("tie of " + dead.name)));
        after(100 * MILLI, () -> tellOfTie(dead));
    }

    /** How many members there are, as the store has it. */
    int members() {
        return store.read(Range.prefix(new Layout("g").members())).entries().size();
    }

    /** Whose claim each key is, as the store has it. */
    Map<String, Integer> owned() {
        Map<String, Integer> owned = new TreeMap<>();
        Layout.Division layout = new Layout("g").division(DIVISION);
        store.read(Range.prefix(layout.owners()))
                .entries()
                .forEach(entry -> {
                    try {
                        String incarnation = OwnerRecord.parse(entry.value()).incarnation();
                        owned.merge(MemberRecord.nameOf(incarnation), 1, Integer::sum);
                    } catch (CorruptRecordException e) {
                        throw new AssertionError(e);
                    }
                });
        return owned;
    }

    /** Whether a commit writes the record of an owner, or removes it. */
    static boolean isAboutOwners(Effect.Send send) {
        String owners = new Layout("g").division(DIVISION).owners();
        return send.commit().operations().stream()
                .map(Operation::key)
                .anyMatch(key -> key.startsWith(owners));
    }
}
