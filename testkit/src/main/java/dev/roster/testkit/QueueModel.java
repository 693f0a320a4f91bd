package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a queue does, as simple as it can be said: entries in a sorted map. For one thread. */
public final class QueueModel {
    private final TreeMap<Spot, QueueEntry> entries =
            new TreeMap<>(
                    Comparator.comparingInt(Spot::partition)
                            .thenComparing(Spot::shelf)
                            .thenComparing(Spot::place));

    /** A queue without entries. */
    public QueueModel() {}

    private record Spot(int partition, Shelf shelf, Place place) {}

    /** Applies a batch, of which the caller says whether its fences are lost. */
    public QueueResult apply(QueueBatch batch, boolean isFenced) {
        if (isFenced) {
            return new QueueResult.Fenced("the model was told so");
        }
        Set<QueueResult.Refused.Failed> failed = new LinkedHashSet<>();
        for (QueueCondition condition : batch.conditions()) {
            QueueEntry there = at(condition.partition(), condition.shelf(), condition.place());
            boolean holds =
                    switch (condition) {
                        case QueueCondition.Absent absent -> there == null;
                        case QueueCondition.Present present -> there != null;
                        case QueueCondition.Same same ->
                                there != null && there.value().equals(same.value());
                    };
            if (!holds) {
                failed.add(
                        new QueueResult.Refused.Failed(
                                condition.partition(), condition.shelf(), condition.place()));
            }
        }
        for (QueueOperation operation : batch.operations()) {
            if (operation instanceof QueueOperation.Take
                    && at(operation.partition(), operation.shelf(), operation.place()) == null) {
                failed.add(
                        new QueueResult.Refused.Failed(
                                operation.partition(), operation.shelf(), operation.place()));
            }
        }
        if (!failed.isEmpty()) {
            return new QueueResult.Refused(List.copyOf(failed));
        }
        for (QueueOperation operation : batch.operations()) {
            Spot spot = new Spot(operation.partition(), operation.shelf(), operation.place());
            if (operation instanceof QueueOperation.Put put) {
                entries.put(spot, put.entry());
            } else {
                entries.remove(spot);
            }
        }
        return new QueueResult.Applied();
    }

    private @Nullable QueueEntry at(int partition, Shelf shelf, Place place) {
        return entries.get(new Spot(partition, shelf, place));
    }

    /** The entries of a range, in order. */
    public List<QueueEntry> read(QueueRange range) {
        return all(range).stream().limit(range.atMost()).toList();
    }

    /** How many a range has. */
    public long count(QueueRange range) {
        return all(range).size();
    }

    /** Removes the first of a range, and says how many. */
    public int prune(QueueRange range) {
        List<QueueEntry> pruned = read(range);
        for (QueueEntry entry : pruned) {
            entries.remove(new Spot(entry.partition(), entry.shelf(), entry.place()));
        }
        return pruned.size();
    }

    private List<QueueEntry> all(QueueRange range) {
        List<QueueEntry> found = new ArrayList<>();
        Place from = range.from();
        Place to = range.to();
        for (QueueEntry entry : entries.values()) {
            if (entry.partition() == range.partition()
                    && entry.shelf() == range.shelf()
                    && (from == null || entry.place().compareTo(from) >= 0)
                    && (to == null || entry.place().compareTo(to) < 0)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Asserts that a result is what the model has, the places of a refusal in whatever order. */
    static void same(QueueResult real, QueueResult model, String at) {
        if (model instanceof QueueResult.Refused refused) {
            assertThat(real).as(at).isInstanceOf(QueueResult.Refused.class);
            assertThat(((QueueResult.Refused) real).failed())
                    .as(at)
                    .containsExactlyInAnyOrderElementsOf(refused.failed());
        } else if (model instanceof QueueResult.Fenced) {
            assertThat(real).as(at).isInstanceOf(QueueResult.Fenced.class);
        } else {
            assertThat(real).as(at).isEqualTo(model);
        }
    }
}
