package dev.roster.testkit;

import dev.roster.group.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks at members' slots all the time, and writes down what must not be. */
final class SlotWitness implements AutoCloseable {
    private final List<Stage.Actor> actors = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean over;

    SlotWitness(Stage.Actor... watched) {
        actors.addAll(List.of(watched));
        Thread.ofPlatform().daemon().start(this::watch);
    }

    void add(Stage.Actor actor) {
        actors.add(actor);
    }

    private void watch() {
        while (!over) {
            for (Stage.Actor one : actors) {
                for (Stage.Actor other : actors) {
                    if (!one.equals(other)) {
                        look(one, other);
                    }
                }
            }
            looks.incrementAndGet();
            Stage.pause(Duration.ofMillis(1));
        }
    }

    private void look(Stage.Actor one, Stage.Actor other) {
        Optional<Slot> mine = one.member().slot();
        Optional<Slot> theirs = other.member().slot();
        // Valid before and after the other's was valid: so both were valid at one instant.
        if (mine.isEmpty() || theirs.isEmpty() || !mine.get().isValid()) {
            return;
        }
        boolean both = theirs.get().isValid() && mine.get().isValid();
        boolean sameView = mine.get().generation() == theirs.get().generation();
        if (both && (!sameView || mine.get().number() == theirs.get().number())) {
            violations.add(
                    "%s has %s and %s has %s"
                            .formatted(one.name(), mine.get(), other.name(), theirs.get()));
        }
        if (both && sameView && !mine.get().members().equals(theirs.get().members())) {
            violations.add("two contents of generation " + mine.get().generation());
        }
    }

    /** What was seen that must not be; looks at least once more. */
    List<String> violations() {
        int before = looks.get();
        Stage.await("another look", () -> looks.get() > before + 1);
        return violations;
    }

    @Override
    public void close() {
        over = true;
    }
}
