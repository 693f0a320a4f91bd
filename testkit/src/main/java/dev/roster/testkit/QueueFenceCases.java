package dev.roster.testkit;

import static dev.roster.testkit.Batches.APPLIED;
import static dev.roster.testkit.Batches.applied;
import static dev.roster.testkit.Batches.batch;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.fence;
import static dev.roster.testkit.Batches.fenced;
import static dev.roster.testkit.Batches.fencedOff;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.refused;
import static dev.roster.testkit.Batches.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a former owner sends is refused. */
interface QueueFenceCases extends QueueCases {
    private void write(String key) {
        Commits.applied(store(), new Operation.Put(key, Bytes.utf8("taken over")));
    }

    @Test
    default void a_fence_that_holds_changes_nothing() {
        Fence fence = fence(store(), "g/owner");
        applied(queue(), put(0, "a"));
        assertThat(queue().apply(fenced(List.of(fence), take(0, "a"), put(0, "b"))))
                .isEqualTo(APPLIED);
        refused(other().apply(fenced(List.of(fence), take(0, "a"))), 0, "a");
        assertThat(other().apply(fenced(List.of(fence)))).isEqualTo(APPLIED);
        assertThat(content(queue(), 0)).containsExactly("b=b");
    }

    @Test
    default void what_is_sent_after_the_owner_changed_is_refused() {
        Fence fence = fence(store(), "g/owner");
        applied(queue(), put(0, "a"));
        assertThat(queue().apply(fenced(List.of(fence), put(0, "b")))).isEqualTo(APPLIED);
        write("g/owner");
        fencedOff(queue().apply(fenced(List.of(fence), take(0, "a"))));
        fencedOff(other().apply(fenced(List.of(fence), put(0, "c"))));
        fencedOff(queue().apply(fenced(List.of(fence))));
        assertThat(content(other(), 0)).containsExactly("a=a", "b=b");
    }

    @Test
    default void what_is_sent_after_the_owner_was_deleted_is_refused() {
        Fence fence = fence(store(), "g/owner");
        applied(queue(), put(0, "a"));
        Commits.applied(store(), new Operation.Delete("g/owner"));
        fencedOff(queue().apply(fenced(List.of(fence), take(0, "a"))));
        assertThat(content(other(), 0)).containsExactly("a=a");
    }

    @Test
    default void a_fence_can_ask_that_a_key_is_absent() {
        Fence fence =
                new Fence(store().identity(), List.of(new Condition.Absent("g/somebody else")));
        assertThat(queue().apply(fenced(List.of(fence), put(0, "a")))).isEqualTo(APPLIED);
        write("g/somebody else");
        fencedOff(queue().apply(fenced(List.of(fence), put(0, "b"))));
        assertThat(content(other(), 0)).containsExactly("a=a");
    }

    @Test
    default void a_fence_of_another_life_of_the_store_does_not_hold() {
        Fence here = fence(store(), "g/owner");
        for (String identity : List.of("another", "", "redis-", store().identity().id() + "x")) {
            Fence elsewhere = new Fence(new StoreIdentity(identity), here.conditions());
            fencedOff(queue().apply(fenced(List.of(elsewhere), put(0, "a"))));
            fencedOff(queue().apply(fenced(List.of(here, elsewhere), put(0, "a"))));
            fencedOff(
                    queue().apply(
                                    fenced(
                                            List.of(new Fence(elsewhere.store(), List.of())),
                                            put(0, "a"))));
        }
        assertThat(content(other(), 0)).isEmpty();
    }

    @Test
    default void all_fences_of_a_batch_have_to_hold() {
        Fence one = fence(store(), "g/one");
        Fence two = fence(store(), "g/two");
        assertThat(queue().apply(fenced(List.of(one, two, one), put(0, "a")))).isEqualTo(APPLIED);
        write("g/two");
        fencedOff(queue().apply(fenced(List.of(one, two), put(0, "b"))));
        fencedOff(queue().apply(fenced(List.of(two, one), put(0, "b"))));
        assertThat(queue().apply(fenced(List.of(one), put(0, "c")))).isEqualTo(APPLIED);
        assertThat(content(other(), 0)).containsExactly("a=a", "c=c");
    }

    @Test
    default void a_fence_comes_before_what_is_not_there() {
        Fence fence = fence(store(), "g/owner");
        write("g/owner");
        fencedOff(queue().apply(fenced(List.of(fence), take(0, "none"), put(0, "a"))));
        assertThat(content(other(), 0)).isEmpty();
    }

    @Test
    default void a_lost_fence_stops_its_own_batches_and_no_others() {
        Fence held = fence(store(), "g/held");
        Fence lost = fence(store(), "g/lost");
        write("g/lost");
        Fence elsewhere = new Fence(new StoreIdentity("another"), List.of());
        applied(queue(), put(0, "a"), put(0, "b"));
        List<QueueResult> results =
                queue().apply(
                                List.of(
                                        fenced(List.of(held), take(0, "a"), put(0, "c")),
                                        fenced(List.of(lost), take(0, "b")),
                                        fenced(List.of(elsewhere), put(0, "x")),
                                        batch(put(0, "d")),
                                        fenced(List.of(held), take(0, "none")),
                                        fenced(List.of(lost, held), put(0, "x"))));
        assertThat(results.get(0)).isEqualTo(APPLIED);
        fencedOff(results.get(1));
        fencedOff(results.get(2));
        assertThat(results.get(3)).isEqualTo(APPLIED);
        refused(results.get(4), 0, "none");
        fencedOff(results.get(5));
        assertThat(content(other(), 0)).containsExactly("b=b", "c=c", "d=d");
    }

    /** Each owner's puts under its fence end when the next owner writes the key. */
    @Test
    default void nothing_of_a_former_owner_is_applied_after_the_next_has_begun()
            throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            int partition = round;
            Fence fence = fence(store(), "g/owner");
            List<Callable<Integer>> together =
                    List.of(
                            () -> sendUntilFenced(partition, fence),
                            () -> {
                                write("g/owner");
                                return Batches.read(other(), Batches.all(partition)).size();
                            });
            List<Integer> counted = Together.run(2, together::get);
            int after = Batches.read(queue(), Batches.all(partition)).size();
            assertThat(after).isEqualTo(counted.get(0)).isEqualTo(counted.get(1));
        }
    }

    private int sendUntilFenced(int partition, Fence fence) {
        int applied = 0;
        while (true) {
            List<QueueBatch> batches = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                batches.add(fenced(List.of(fence), put(partition, applied + "-" + number)));
            }
            List<QueueResult> results = queue().apply(batches);
            int now = (int) results.stream().filter(APPLIED::equals).count();
            applied += now;
            if (now < batches.size()) {
                results.stream().filter(one -> !one.equals(APPLIED)).forEach(Batches::fencedOff);
                return applied;
            }
        }
    }
}
