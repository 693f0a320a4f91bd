package dev.roster.testkit.witness;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.protocol.OwnerRecord;
import dev.roster.store.Snapshot;
import dev.roster.testkit.check.CommitReader;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What happened in the store, in the store's own order, at times that fit what processes did.
 *
 * <p><b>Which commits.</b> Those that a process wrote down when it was answered, and those that the
 * {@link StoreWatcher} was told of; so also the ones whose answer was lost, and the ones that a
 * store forgot before anybody else could see them.
 *
 * <p><b>When.</b> By revision. A commit was applied before the first process knew of it or of any
 * later one, by an answer, a reading or a watch. That time is taken for its own: whatever a process
 * did because of it comes after.
 *
 * <p><b>Lives.</b> When the store is another one, what it holds then is told, and what was known of
 * the one before is over.
 */
final class StoreHistory {
    private final StoreKeys keys;
    private final Map<String, StoreLife> lives = new LinkedHashMap<>();
    private final List<Map<String, Object>> watched = new ArrayList<>();
    private final List<Observation> out = new ArrayList<>();
    private final Map<String, Long> ended = new TreeMap<>();
    private final Map<String, String> present = new TreeMap<>();

    /** What is below the watched path now, by the revisions at which it was written. */
    private final Map<String, Long> watchedAt = new TreeMap<>();

    private final CommitReader reader;
    private long latest = Long.MIN_VALUE;
    private long forgotten;

    StoreHistory(String group) {
        keys = new StoreKeys(group);
        reader = new CommitReader(group, out::add);
    }

    /** Takes in one line; those of one process in their order. */
    void add(Map<String, Object> line) {
        String kind = String.valueOf(line.get("kind"));
        if (kind.equals(StoreLines.FAILED) || kind.equals(StoreLines.UNKNOWN)) {
            ended.merge(kind, 1L, Long::sum);
            return;
        }
        if (kind.equals(StoreLines.CHANGE) || kind.equals(StoreLines.CONTENT)) {
            watched.add(line);
            return;
        }
        String id = String.valueOf(line.get("store"));
        StoreLife life = lives.computeIfAbsent(id, StoreLife::new);
        long at = StoreLife.number(line, "at");
        life.knows(at, StoreLife.number(line, "revision"));
        if (kind.equals(StoreLines.COMMIT) && isOurs(line)) {
            life.committed(line, String.valueOf(line.get("by")));
        }
    }

    /** Whether a commit is one of those that the watcher is told; others are none of a group's. */
    private boolean isOurs(Map<String, Object> commit) {
        List<String> writes = StoreLife.texts(commit, "writes");
        for (int n = 0; n < writes.size(); n += 2) {
            if (keys.isOurs(writes.get(n))) {
                return true;
            }
        }
        return StoreLife.texts(commit, "deletes").stream().anyMatch(keys::isOurs);
    }

    /** A process acted, at that time, on the commit that made this token. */
    void knows(String id, long at, long token) {
        lives.computeIfAbsent(id, StoreLife::new).knows(at, OwnerRecord.revisionOf(token));
    }

    /**
     * Compares what the watch told with what was answered: after all lines were taken in.
     *
     * <p>A watch may go on into the store's next life, if nothing was lost between the two, and a
     * reading may be older than the life it names, if nobody has noticed yet that the store went
     * back. Whoever committed knew better: a change belongs to the life that its commit names.
     */
    void compare() {
        String current = "";
        long told = -1;
        for (int i = 0; i < watched.size(); i++) {
            Map<String, Object> line = watched.get(i);
            long revision = StoreLife.number(line, "revision");
            boolean isChange = StoreLines.CHANGE.equals(line.get("kind"));
            String named = String.valueOf(line.get("store"));
            if (isChange) {
                current = committedIn(line, current.isEmpty() ? named : current);
            } else {
                current = revision < told ? nextLife(i, current, named) : later(current, named);
            }
            told = revision;
            StoreLife life = lives.computeIfAbsent(current, StoreLife::new);
            life.knows(StoreLife.number(line, "at"), revision);
            if (isChange) {
                life.told(line);
            } else {
                life.read(line);
            }
        }
        watched.clear();
    }

    /** The life in which somebody made this change; if nobody says so, the one before. */
    private String committedIn(Map<String, Object> change, String before) {
        for (StoreLife life : lives.values()) {
            if (life.hasCommitted(change)) {
                return life.id;
            }
        }
        return before;
    }

    /** The life after a store went back: that of the next change that somebody made. */
    private String nextLife(int from, String current, String named) {
        for (Map<String, Object> line : watched.subList(from, watched.size())) {
            String next =
                    StoreLines.CHANGE.equals(line.get("kind"))
                            ? committedIn(line, current)
                            : current;
            if (!next.equals(current)) {
                return next;
            }
        }
        return named;
    }

    private String later(String current, String named) {
        StoreLife one = lives.get(current);
        StoreLife other = lives.get(named);
        return one != null && other != null && one.firstAt() > other.firstAt() ? current : named;
    }

    /** What a store may not do, and did. */
    List<String> anomalies() {
        List<String> all = new ArrayList<>();
        lives.values()
                .forEach(life -> {
                    for (String anomaly : life.anomalies) {
                        all.add("in the life %s of the store: %s".formatted(life.id, anomaly));
                    }
                });
        return all;
    }

    /** How many commits are known. */
    long commits() {
        return lives.values().stream().mapToLong(life -> life.commits.size()).sum();
    }

    /** How many commits failed, or were not known to be applied or not. */
    long ended(boolean known) {
        return ended.getOrDefault(known ? StoreLines.FAILED : StoreLines.UNKNOWN, 0L);
    }

    /** How many records, beats apart, were not as they had been when the store was another one. */
    long forgotten() {
        return forgotten;
    }

    /** How many times the store was another one than before. */
    int replacements() {
        return lives.size() - 1;
    }

    /** All of it, by time. */
    List<Observation> observations() {
        out.clear();
        latest = Long.MIN_VALUE;
        forgotten = 0;
        present.clear();
        watchedAt.clear();
        List<StoreLife> inOrder = new ArrayList<>(lives.values());
        inOrder.sort(Comparator.comparingLong(StoreLife::firstAt));
        for (int i = 0; i < inOrder.size(); i++) {
            long end = i + 1 < inOrder.size() ? inOrder.get(i + 1).firstAt() : Long.MAX_VALUE;
            tell(inOrder.get(i), end);
        }
        return List.copyOf(out);
    }

    /**
     * The life in which somebody was told of a key: the one that he names; but one after it, if a
     * watch went on into that, and the key was written there at this revision. He knows of it.
     */
    String lifeOf(String named, Observation.EntryTold told) {
        StoreLife own = lives.get(named);
        List<StoreLife> later = new ArrayList<>();
        for (StoreLife life : lives.values()) {
            if (life == own || own == null || life.firstAt() > own.firstAt()) {
                later.add(life);
            }
        }
        later.sort(Comparator.comparingLong(StoreLife::firstAt));
        for (StoreLife life : later) {
            if (life.hasDone(told)) {
                life.knows(told.at(), told.revision());
                return life.id;
            }
        }
        return named;
    }

    /** Whether it is known what a life held at a revision: from its first reading on it is. */
    boolean isKnown(String life, long revision) {
        StoreLife known = lives.get(life);
        return known != null && revision >= known.base();
    }

    private void tell(StoreLife life, long end) {
        StoreLife.Content first = life.beginning();
        if (first != null && !(out.isEmpty() && first.entries().isEmpty())) {
            replaced(life, first);
        } else {
            goesOn(life);
        }
        fillGaps(life);
        Map<Long, Long> times = life.times();
        for (Map.Entry<Long, StoreLife.Applied> entry :
                life.commits.tailMap(life.base(), false).entrySet()) {
            long at = Math.min(times.getOrDefault(entry.getKey(), end), end);
            latest = Math.max(latest, at);
            applied(entry.getValue(), entry.getKey(), life.id);
        }
    }

    /** A life in which all is as it was in the one before. */
    private void goesOn(StoreLife life) {
        latest = Math.max(latest, life.firstAt());
        Map<String, Long> kept = new TreeMap<>(watchedAt);
        kept.forEach((key, revision) -> written(key, life.id, revision, false));
    }

    private void replaced(StoreLife life, StoreLife.Content content) {
        List<String> kept = new ArrayList<>();
        for (Entry entry : content.entries()) {
            kept.add(entry.key() + "=" + entry.value().toUtf8());
        }
        present.forEach((key, value) -> {
            if (!keys.isBeat(key) && !kept.contains(key + "=" + value)) {
                forgotten++;
            }
        });
        present.clear();
        content.entries().forEach(entry -> present.put(entry.key(), entry.value().toUtf8()));
        latest = Math.max(latest, life.firstAt());
        StoreIdentity identity = new StoreIdentity(life.id);
        List<Entry> beats = new ArrayList<>();
        List<Entry> records = new ArrayList<>();
        for (Entry entry : content.entries()) {
            (keys.isBeat(entry.key()) ? beats : records).add(entry);
        }
        reader.replaced(
                new Snapshot(records, content.revision(), identity),
                new Snapshot(beats, content.revision(), identity),
                latest);
        beatsSince(life, beats);
        watchedAt.clear();
        records.sort(Comparator.comparingLong(Entry::modified));
        for (Entry entry : records) {
            written(entry.key(), life.id, entry.modified(), false);
        }
    }

    /** A beat that the reading has may be younger than the life. */
    private void beatsSince(StoreLife life, List<Entry> beats) {
        NavigableMap<Long, Long> times = life.times();
        for (Entry beat : beats) {
            Map.Entry<Long, Long> known = times.ceilingEntry(beat.modified());
            if (known != null && known.getValue() > latest) {
                reader.beat(beat.key(), known.getValue());
            }
        }
    }

    private void written(String key, String life, long revision, boolean gone) {
        if (keys.isWatched(key)) {
            if (gone) {
                watchedAt.remove(key);
            } else {
                watchedAt.put(key, revision);
            }
            out.add(new Observation.EntryWritten(latest, life, key, revision, gone));
        }
    }

    /**
     * A later reading of the same life stands for changes that no watch told: what it holds was
     * written at the revision it has, and what it lacks was deleted by then.
     */
    private void fillGaps(StoreLife life) {
        StoreLife.Content first = life.beginning();
        long from = first != null || life.commits.isEmpty() ? life.base() : life.commits.firstKey();
        for (StoreLife.Content content : life.contents) {
            if (content.equals(first)) {
                continue;
            }
            TreeMap<String, Boolean> before = new TreeMap<>();
            if (first != null) {
                first.entries().forEach(entry -> before.put(entry.key(), true));
            }
            life.commits
                    .headMap(content.revision(), true)
                    .values()
                    .forEach(applied -> {
                        for (Operation operation : applied.commit().operations()) {
                            before.put(operation.key(), operation instanceof Operation.Put);
                        }
                    });
            TreeMap<Long, List<Operation>> missed = new TreeMap<>();
            for (Entry entry : content.entries()) {
                before.remove(entry.key());
                if (entry.modified() > from && !life.commits.containsKey(entry.modified())) {
                    List<Operation> then =
                            missed.computeIfAbsent(entry.modified(), none -> new ArrayList<>());
                    if (keys.isOwner(entry.key())) {
                        // Its release was among what was missed.
                        then.add(new Operation.Delete(entry.key()));
                    }
                    then.add(new Operation.Put(entry.key(), entry.value()));
                }
            }
            before.forEach((key, present) -> {
                if (present && !life.commits.containsKey(content.revision())) {
                    missed.computeIfAbsent(content.revision(), none -> new ArrayList<>())
                            .add(new Operation.Delete(key));
                }
            });
            missed.forEach((revision, operations) ->
                    life.commits.put(
                            revision,
                            new StoreLife.Applied(
                                    new Commit(null, List.of(), operations), "", true)));
        }
    }

    private void applied(StoreLife.Applied applied, long revision, String life) {
        Commit commit = applied.commit();
        String by = applied.by().isEmpty() ? keys.handedOnBy(commit, present) : applied.by();
        reader.applied(commit, revision, by, latest);
        for (Operation operation : commit.operations()) {
            switch (operation) {
                case Operation.Put put -> present.put(put.key(), put.value().toUtf8());
                case Operation.Delete delete -> present.remove(delete.key());
            }
        }
        for (Operation operation : commit.operations()) {
            written(operation.key(), life, revision, operation instanceof Operation.Delete);
            if (operation instanceof Operation.Put(String key, Bytes value)) {
                StoreKeys.Effect effect = keys.effectOf(key, value.toUtf8());
                if (effect != null) {
                    out.add(observation(effect));
                }
                StoreKeys.Request request = keys.requestOf(key, value.toUtf8());
                if (request != null) {
                    out.add(done(request, life));
                }
            }
        }
    }

    /** A store that forgets, forgets which requests were done: each of its lives has its own. */
    private Observation done(StoreKeys.Request request, String life) {
        return new Observation.RequestDone(
                latest,
                "%s#%d in %s".formatted(request.client(), request.number(), life),
                request.member(),
                request.division(),
                request.key(),
                request.token());
    }

    private Observation observation(StoreKeys.Effect effect) {
        return effect.isOfSlot()
                ? new Observation.SlotEffectAccepted(latest, effect.member(), effect.number())
                : new Observation.EffectAccepted(
                        latest,
                        effect.member(),
                        effect.division(),
                        effect.key(),
                        effect.number(),
                        true);
    }
}
