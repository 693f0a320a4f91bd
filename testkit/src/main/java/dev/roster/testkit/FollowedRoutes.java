package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.router.RouteChanges;
import dev.roster.router.RoutesChanged;
import dev.roster.router.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** A table made of changes alone, which have to follow each other without a gap. */
final class FollowedRoutes {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final int partitions;
    final TreeMap<Integer, String> owners = new TreeMap<>();
    final TreeSet<String> joined = new TreeSet<>();
    final TreeSet<String> left = new TreeSet<>();
    final TreeSet<Integer> changedSince = new TreeSet<>();
    int moves;
    private long generation;

    FollowedRoutes(int partitions) {
        this.partitions = partitions;
    }

    synchronized void take(RoutesChanged changed) {
        assertThat(changed.before()).as("no gap").isEqualTo(generation);
        assertThat(changed.generation()).isGreaterThan(changed.before());
        for (RoutesChanged.Move move : changed.moves()) {
            assertThat(Optional.ofNullable(owners.get(move.partition())))
                    .as("partition %d", move.partition())
                    .isEqualTo(move.from().map(Target::name));
            owners.remove(move.partition());
            move.to().ifPresent(to -> owners.put(move.partition(), to.name()));
            changedSince.add(move.partition());
            moves += generation > 0 && move.to().isPresent() ? 1 : 0;
        }
        changed.joined().forEach(one -> joined.add(one.name()));
        changed.left().forEach(one -> left.add(one.name()));
        generation = changed.generation();
    }

    void until(RouteChanges changes, BooleanSupplier holds) throws InterruptedException {
        while (!holds.getAsBoolean()) {
            take(changes.poll(PATIENCE).orElseThrow());
        }
    }

    synchronized boolean isComplete() {
        return owners.size() == partitions;
    }

    synchronized List<String> list() {
        return List.copyOf(owners.values());
    }
}
