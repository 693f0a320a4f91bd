package dev.roster.store;

import dev.roster.Fence;
import java.util.List;
import java.util.Set;

/**
 * Changes of a {@link Queue} that are applied together or not at all. No place is written twice,
 * and a place that a condition looks at is not taken.
 *
 * @param fences what has to hold in the store, too: ownerships of partitions
 * @param conditions what has to hold in the queue
 * @param operations the changes
 * @param wakes the partitions whose owners are told, when it is applied, that there is something
 */
public record QueueBatch(
        List<Fence> fences,
        List<QueueCondition> conditions,
        List<QueueOperation> operations,
        Set<Integer> wakes) {
    public QueueBatch {
        fences = List.copyOf(fences);
        conditions = List.copyOf(conditions);
        operations = List.copyOf(operations);
        wakes = Set.copyOf(wakes);
        wakes.forEach(Partitions::checked);
    }

    /** How many of the store's {@linkplain StoreLimits#operations operations} it needs at most. */
    public int size() {
        int fenced = fences.stream().mapToInt(fence -> fence.conditions().size()).sum();
        return fenced + conditions.size() + operations.size();
    }
}
