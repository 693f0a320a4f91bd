package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random batches do to a queue what they do to {@link QueueModel}. */
interface QueueModelCases extends QueueCases {
    int QUEUE_STEPS = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    default void random_batches_do_what_they_do_to_the_model(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        QueueModel model = new QueueModel();
        Fence held = Batches.fence(store(), "g/held");
        Fence lost = Batches.fence(store(), "g/lost");
        Commits.applied(store(), new Operation.Delete("g/lost"));
        for (int step = 0; step < QUEUE_STEPS; step++) {
            String at = "seed " + seed + " step " + step;
            Queue by = random.nextBoolean() ? queue() : other();
            switch (random.nextInt(5)) {
                case 0 -> {
                    QueueRange range = range(random);
                    assertThat(by.read(List.of(range)).entries().getFirst())
                            .as(at)
                            .isEqualTo(model.read(range));
                    assertThat(by.count(range)).as(at).isEqualTo(model.count(range));
                }
                case 1 -> {
                    QueueRange range = range(random);
                    if (random.nextInt(4) == 0) {
                        assertThat(by.prune(range)).as(at).isEqualTo(model.prune(range));
                    }
                }
                default -> {
                    List<QueueBatch> batches = batches(random, held, lost);
                    List<QueueResult> results = by.apply(batches);
                    assertThat(results).hasSameSizeAs(batches);
                    for (int number = 0; number < batches.size(); number++) {
                        QueueBatch batch = batches.get(number);
                        QueueResult expected = model.apply(batch, batch.fences().contains(lost));
                        QueueModel.same(results.get(number), expected, at);
                    }
                }
            }
        }
    }

    private static int partition(SplittableRandom random) {
        return random.nextInt(2);
    }

    private static Shelf shelf(SplittableRandom random) {
        return random.nextInt(3) == 0 ? Shelf.DEAD : Shelf.WORK;
    }

    private static Place place(SplittableRandom random) {
        return new Place(random.nextInt(2), random.nextInt(2) * 10L, "id" + random.nextInt(3));
    }

    private static @Nullable Place end(SplittableRandom random) {
        return random.nextInt(3) == 0 ? null : place(random);
    }

    private static QueueRange range(SplittableRandom random) {
        return new QueueRange(
                partition(random), shelf(random), end(random), end(random), 1 + random.nextInt(12));
    }

    /**
     * Up to three batches. Those of one call have nothing to do with each other, as their order is
     * not said: each has a partition of its own.
     */
    private static List<QueueBatch> batches(SplittableRandom random, Fence held, Fence lost) {
        List<QueueBatch> batches = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        int first = partition(random);
        for (int number = 0; number < count; number++) {
            batches.add(batch(random, (first + number) % 2, held, lost));
        }
        return batches;
    }

    private static QueueBatch batch(
            SplittableRandom random, int partition, Fence held, Fence lost) {
        Map<String, QueueOperation> operations = new LinkedHashMap<>();
        for (int many = random.nextInt(5); many > 0; many--) {
            Shelf shelf = shelf(random);
            Place place = place(random);
            operations.put(
                    shelf + "/" + place,
                    switch (random.nextInt(5)) {
                        case 0 -> new QueueOperation.Take(partition, shelf, place);
                        case 1 -> new QueueOperation.Remove(partition, shelf, place);
                        default ->
                                new QueueOperation.Put(
                                        new QueueEntry(partition, shelf, place, value(random)));
                    });
        }
        List<QueueCondition> conditions = new ArrayList<>();
        for (int many = random.nextInt(4) - 1; many > 0; many--) {
            Shelf shelf = shelf(random);
            Place place = place(random);
            if (!(operations.get(shelf + "/" + place) instanceof QueueOperation.Take)) {
                conditions.add(
                        switch (random.nextInt(3)) {
                            case 0 -> new QueueCondition.Absent(partition, shelf, place);
                            case 1 -> new QueueCondition.Present(partition, shelf, place);
                            default ->
                                    new QueueCondition.Same(partition, shelf, place, value(random));
                        });
            }
        }
        List<Fence> fences =
                switch (random.nextInt(6)) {
                    case 0 -> List.of(held, lost);
                    case 1, 2 -> List.of(held);
                    default -> List.of();
                };
        return new QueueBatch(
                fences, conditions, List.copyOf(operations.values()), Set.of(partition));
    }

    private static Bytes value(SplittableRandom random) {
        int number = random.nextInt(4);
        return number == 0 ? Bytes.EMPTY : Bytes.utf8("v" + number);
    }
}
