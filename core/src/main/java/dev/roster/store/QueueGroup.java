package dev.roster.store;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Batches that go to the store in one commit because none has to do with a place of another.
 *
 * <p>A store tells one revision of a key from another, and a batch speaks of what is there. So the
 * commit names the revisions that were seen last, or ones that cannot be. If it is refused, the
 * answer says of all conditions how things are at one moment: batches whose conditions do not hold
 * have their result, and the others are sent again by what was learned.
 */
final class QueueGroup {
    /** Others may change what is looked at, each time. */
    private static final int TRIES = 100;

    /** Partitions that one wake names; more are told as all. */
    private static final int WOKEN = 200;

    /** Below what etcd takes in one request. */
    private static final int BYTES = 1 << 20;

    /** About what an operation or condition takes besides its value, its key twice. */
    private static final int OVERHEAD = 250;

    private final QueueKeys keys;
    private final SeenRevisions seen;
    private final int operations;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Set<String> touched = new HashSet<>();
    private @Nullable StoreIdentity store;
    private int steps;
    private int bytes;

    QueueGroup(QueueKeys keys, SeenRevisions seen, int operations) {
        this.keys = keys;
        this.seen = seen;
        this.operations = operations;
    }

    /** A batch and where its result goes. */
    private record Waiting(int at, QueueBatch batch) {}

    /** Adds a batch, which stands at an index of the results, if it fits. */
    boolean add(int at, QueueBatch batch) {
        Set<String> own = new HashSet<>();
        int size = 0;
        for (QueueCondition condition : batch.conditions()) {
            own.add(keys.key(condition));
            size += OVERHEAD;
        }
        for (QueueOperation operation : batch.operations()) {
            own.add(keys.key(operation));
            size += OVERHEAD;
            if (operation instanceof QueueOperation.Put put) {
                size += put.entry().value().size();
            }
        }
        StoreIdentity meant = batch.fences().isEmpty() ? null : batch.fences().getFirst().store();
        if (!waiting.isEmpty()) {
            boolean isOther = store != null && meant != null && !store.equals(meant);
            boolean isFull = steps + batch.size() > operations || bytes + size > BYTES;
            if (isOther || isFull || own.stream().anyMatch(touched::contains)) {
                return false;
            }
        }
        waiting.add(new Waiting(at, batch));
        touched.addAll(own);
        store = meant == null ? store : meant;
        steps += batch.size();
        bytes += size;
        return true;
    }

    /** Applies the batches and sets their results. */
    void apply(Store to, QueueResult[] results) {
        Map<String, Long> learned = new HashMap<>();
        for (int tries = 0; tries < TRIES && !waiting.isEmpty(); tries++) {
            CommitResult result;
            try {
                result = to.commit(commit(learned));
            } catch (InvalidInputException e) {
                tooLarge(to, results, e);
                return;
            }
            switch (result) {
                case CommitResult.Applied applied -> {
                    remember(applied.revision());
                    end(results, new QueueResult.Applied());
                }
                case CommitResult.Failed failed ->
                        end(results, new QueueResult.NotApplied(failed.why()));
                case CommitResult.Unknown unknown ->
                        end(results, new QueueResult.Unknown(unknown.why()));
                case CommitResult.OtherStore other ->
                        waiting.removeIf(one -> {
                            boolean isFenced = !one.batch.fences().isEmpty();
                            if (isFenced) {
                                results[one.at] = new QueueResult.Fenced("the store is another");
                            }
                            return isFenced;
                        });
                case CommitResult.Refused refused -> settle(refused, learned, results);
            }
        }
        end(results, new QueueResult.NotApplied("others changed the same entries all the time"));
    }

    private void end(QueueResult[] results, QueueResult result) {
        for (Waiting one : waiting) {
            results[one.at] = result;
        }
        waiting.clear();
    }

    /** The store takes less than it says in one commit; nothing was sent. */
    private void tooLarge(Store to, QueueResult[] results, InvalidInputException why) {
        if (waiting.size() > 1) {
            for (Waiting one : waiting) {
                QueueGroup alone = new QueueGroup(keys, seen, operations);
                alone.add(one.at, one.batch);
                alone.apply(to, results);
            }
        } else if (results.length > 1) {
            // Others of the call may have been sent.
            end(results, new QueueResult.NotApplied(String.valueOf(why.getMessage())));
        } else {
            throw why;
        }
        waiting.clear();
    }

    private Commit commit(Map<String, Long> learned) {
        Set<Condition> conditions = new LinkedHashSet<>();
        List<Operation> all = new ArrayList<>();
        Set<Integer> wakes = new LinkedHashSet<>();
        StoreIdentity meant = null;
        for (Waiting one : waiting) {
            for (Fence fence : one.batch.fences()) {
                meant = fence.store();
                conditions.addAll(fence.conditions());
            }
            for (QueueCondition condition : one.batch.conditions()) {
                String key = keys.key(condition);
                conditions.add(
                        switch (condition) {
                            case QueueCondition.Absent absent -> new Condition.Absent(key);
                            case QueueCondition.Present present -> unchanged(key, learned);
                            case QueueCondition.Same same ->
                                    new Condition.Unchanged(
                                            key, learned.getOrDefault(key, SeenRevisions.NONE));
                        });
            }
            for (QueueOperation operation : one.batch.operations()) {
                String key = keys.key(operation);
                if (operation instanceof QueueOperation.Take) {
                    conditions.add(unchanged(key, learned));
                }
                all.add(
                        operation instanceof QueueOperation.Put put
                                ? new Operation.Put(key, put.entry().value())
                                : new Operation.Delete(key));
            }
            wakes.addAll(one.batch.wakes());
        }
        if (!wakes.isEmpty()) {
            all.add(new Operation.Put(keys.wakes(), wake(wakes)));
        }
        return new Commit(meant, List.copyOf(conditions), all);
    }

    private Condition unchanged(String key, Map<String, Long> learned) {
        Long known = learned.get(key);
        return new Condition.Unchanged(key, known == null ? seen.of(key) : known);
    }

    private static Bytes wake(Set<Integer> partitions) {
        return Bytes.utf8(
                partitions.size() > WOKEN
                        ? StoreWaking.ALL
                        : String.join(",", partitions.stream().map(String::valueOf).toList()));
    }

    private void remember(long revision) {
        for (Waiting one : waiting) {
            for (QueueOperation operation : one.batch.operations()) {
                String key = keys.key(operation);
                if (operation instanceof QueueOperation.Put) {
                    seen.saw(key, revision);
                } else {
                    seen.forget(key);
                }
            }
        }
    }

    private void settle(
            CommitResult.Refused refused, Map<String, Long> learned, QueueResult[] results) {
        Set<String> failed = Set.copyOf(refused.failed());
        Map<String, Entry> found = new HashMap<>();
        for (Entry entry : refused.found()) {
            found.put(entry.key(), entry);
            learned.put(entry.key(), entry.modified());
        }
        waiting.removeIf(one -> {
            QueueResult result = result(one.batch, failed, found);
            if (result != null) {
                results[one.at] = result;
            }
            return result != null;
        });
    }

    /** What a refusal means for a batch; null if it may be tried again. */
    private @Nullable QueueResult result(
            QueueBatch batch, Set<String> failed, Map<String, Entry> found) {
        for (Fence fence : batch.fences()) {
            for (Condition condition : fence.conditions()) {
                if (failed.contains(condition.key())) {
                    return new QueueResult.Fenced("the ownership is over");
                }
            }
        }
        Set<QueueResult.Refused.Failed> places = new LinkedHashSet<>();
        for (QueueCondition condition : batch.conditions()) {
            String key = keys.key(condition);
            Entry there = found.get(key);
            boolean holds =
                    !failed.contains(key)
                            || switch (condition) {
                                case QueueCondition.Absent absent -> there == null;
                                case QueueCondition.Present present -> there != null;
                                case QueueCondition.Same same ->
                                        there != null && there.value().equals(same.value());
                            };
            if (!holds) {
                places.add(
                        new QueueResult.Refused.Failed(
                                condition.partition(), condition.shelf(), condition.place()));
            }
        }
        for (QueueOperation operation : batch.operations()) {
            String key = keys.key(operation);
            if (operation instanceof QueueOperation.Take
                    && failed.contains(key)
                    && !found.containsKey(key)) {
                seen.forget(key);
                places.add(
                        new QueueResult.Refused.Failed(
                                operation.partition(), operation.shelf(), operation.place()));
            }
        }
        return places.isEmpty() ? null : new QueueResult.Refused(List.copyOf(places));
    }
}
