package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Affinity;
import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RoutingStateTest {
    private static final int PARTITIONS = 12;

    private final Layout layout = new Layout("g");
    private final Layout.Division records = layout.division("d");
    private final Range range = Range.prefix(layout.prefix());
    private KeyValueModel store = new KeyValueModel(new StoreIdentity("one"), 10_000);

    @Test
    void a_table_by_changes_is_that_by_a_reading_and_steps_follow_without_a_gap() {
        for (int seed = 0; seed < 60; seed++) {
            randomly(seed);
        }
    }

    private void randomly(int seed) {
        Random random = new Random(seed);
        store = new KeyValueModel(new StoreIdentity("one"), 10_000);
        RoutingState told = new RoutingState("g", "d");
        Map<Integer, Seat> followed = new HashMap<>();
        List<String> taking = new ArrayList<>();
        follow(followed, taking, told, told.read(List.of(), 0, store.identity()));
        long era = 1;
        for (int n = 0; n < 200; n++) {
            long before = store.revision();
            commit(random, era);
            if (random.nextInt(40) == 0) {
                era++;
                put(layout.era(), new EraRecord(era, "one", true).toBytes());
            }
            if (random.nextInt(3) == 0 || n == 199) {
                for (RoutingStep step :
                        told.change(
                                Objects.requireNonNull(store.changesAfter(range, told.position())),
                                store.revision())) {
                    follow(followed, taking, told, step);
                }
                RoutingState read = new RoutingState("g", "d");
                Snapshot snapshot = store.read(range);
                read.read(snapshot.entries(), snapshot.revision(), snapshot.identity());
                assertThat(told.seats()).as("seed %d", seed).isEqualTo(read.seats());
                assertThat(told.peers()).isEqualTo(read.peers());
                assertThat(told.generation()).isLessThanOrEqualTo(read.generation());
                assertThat(owners(followed)).isEqualTo(owners(told.seats()));
                assertThat(taking).hasSameElementsAs(incarnations(told.peers()));
            }
            assertThat(store.revision()).isGreaterThanOrEqualTo(before);
        }
        assertThat(told.generation() >>> 40).isBetween(1L, era);
    }

    /** Believes nothing but the steps. */
    private static void follow(
            Map<Integer, Seat> owners,
            List<String> taking,
            RoutingState state,
            @Nullable RoutingStep step) {
        if (step == null) {
            return;
        }
        assertThat(step.generation()).isGreaterThan(step.before());
        assertThat(state.generation()).isGreaterThanOrEqualTo(step.generation());
        for (RoutingStep.Move move : step.moves()) {
            Seat from = owners.get(move.partition());
            assertThat(from == null ? -1 : from.token())
                    .isEqualTo(move.from() == null ? -1 : move.from().token());
            if (move.to() == null) {
                owners.remove(move.partition());
            } else {
                owners.put(move.partition(), move.to());
            }
        }
        taking.addAll(incarnations(step.joined()));
        for (Peer left : step.left()) {
            assertThat(taking.remove(left.incarnation())).isTrue();
        }
    }

    private static List<String> incarnations(List<Peer> peers) {
        return peers.stream().map(Peer::incarnation).toList();
    }

    private static Map<Integer, String> owners(Map<Integer, Seat> seats) {
        Map<Integer, String> owners = new HashMap<>();
        seats.forEach((partition, seat) -> owners.put(partition, text(seat)));
        return owners;
    }

    private static Map<Integer, String> owners(@Nullable Seat[] seats) {
        Map<Integer, String> owners = new HashMap<>();
        for (int partition = 0; partition < seats.length; partition++) {
            Seat seat = seats[partition];
            if (seat != null) {
                owners.put(partition, text(seat));
            }
        }
        return owners;
    }

    private static String text(Seat seat) {
        return seat.peer().incarnation() + " " + seat.token();
    }

    private void commit(Random random, long era) {
        List<Operation> operations = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            String member = "m" + random.nextInt(4);
            String key = Partitions.key(random.nextInt(PARTITIONS), PARTITIONS);
            Operation operation =
                    switch (random.nextInt(12)) {
                        case 0 -> new Operation.Delete(layout.member(member));
                        case 1, 2 ->
                                new Operation.Put(
                                        layout.member(member),
                                        new MemberRecord(member, member, era, "", "", "", "at", 0)
                                                .toBytes());
                        case 3 -> new Operation.Delete(records.participant(member));
                        case 4 ->
                                new Operation.Put(
                                        records.participant(member),
                                        ParticipantRecord.DEFAULT.toBytes());
                        case 5 -> new Operation.Put(layout.view(), view(random).toBytes());
                        case 6, 7 -> new Operation.Delete(records.owner(key));
                        case 8 -> new Operation.Put(records.owner(key), Bytes.utf8("nonsense"));
                        case 9 ->
                                random.nextInt(5) == 0
                                        ? new Operation.Delete(records.division())
                                        : new Operation.Put(
                                                records.division(),
                                                new DivisionRecord(
                                                                PARTITIONS, Affinity.Policy.LEVEL)
                                                        .toBytes());
                        default ->
                                new Operation.Put(
                                        records.owner(key), new OwnerRecord(member, era).toBytes());
                    };
            if (operations.stream().noneMatch(one -> one.key().equals(operation.key()))) {
                operations.add(operation);
            }
        }
        if (store.revision() == 0) {
            operations.add(
                    new Operation.Put(layout.era(), new EraRecord(era, "one", true).toBytes()));
        }
        store.commit(new Commit(null, List.of(), operations));
    }

    private static ViewRecord view(Random random) {
        List<String> members = new ArrayList<>(List.of("m0", "m1", "m2", "m3"));
        members.subList(random.nextInt(4), 4).clear();
        return new ViewRecord(1, members, List.of());
    }

    private void put(String key, Bytes value) {
        store.commit(new Commit(null, List.of(), List.of(new Operation.Put(key, value))));
    }

    @Test
    void a_store_that_went_back_changes_nothing_until_a_later_era_has_begun() {
        put(layout.era(), new EraRecord(1, "one", true).toBytes());
        put(records.division(), new DivisionRecord(2, Affinity.Policy.LEVEL).toBytes());
        put(layout.member("m"), new MemberRecord("m", "m", 1, "", "", "", "", 0).toBytes());
        put(records.participant("m"), ParticipantRecord.DEFAULT.toBytes());
        put(records.owner("0"), new OwnerRecord("m", 1).toBytes());
        RoutingState state = new RoutingState("g", "d");
        Snapshot first = store.read(range);
        RoutingStep all = state.read(first.entries(), first.revision(), first.identity());
        assertThat(all).isNotNull();
        assertThat(state.isCurrent()).isTrue();
        long generation = state.generation();
        assertThat(state.seats()[0]).isNotNull();
        assertThat(state.seats()[1]).isNull();

        // Emptied, and another one from now on; what it held comes back in part.
        KeyValueModel before = store;
        store = new KeyValueModel(new StoreIdentity("two"), 10_000);
        put(layout.era(), new EraRecord(1, "one", true).toBytes());
        put(records.division(), new DivisionRecord(2, Affinity.Policy.LEVEL).toBytes());
        assertThat(state.read(store.read(range).entries(), 2, store.identity())).isNull();
        assertThat(state.isCurrent()).isFalse();
        assertThat(state.generation()).isEqualTo(generation);
        assertThat(state.seats()[0]).isNotNull();

        put(layout.era(), new EraRecord(2, "two", false).toBytes());
        List<RoutingStep> steps =
                state.change(Objects.requireNonNull(store.changesAfter(range, 2)), 3);
        assertThat(steps).hasSize(1);
        assertThat(steps.getFirst().before()).isEqualTo(generation);
        assertThat(steps.getFirst().generation()).isEqualTo(RoutingState.generation(2, 3));
        assertThat(steps.getFirst().left()).hasSize(1);
        assertThat(state.isCurrent()).isTrue();
        assertThat(state.seats()).containsOnlyNulls().hasSize(2);
        assertThat(before.revision()).isGreaterThan(store.revision());
    }

    @Test
    void an_older_reading_and_changes_that_are_known_are_passed_over() {
        put(layout.era(), new EraRecord(1, "one", true).toBytes());
        Snapshot old = store.read(range);
        put(records.division(), new DivisionRecord(2, Affinity.Policy.LEVEL).toBytes());
        Snapshot latest = store.read(range);
        RoutingState state = new RoutingState("g", "d");
        state.read(latest.entries(), latest.revision(), latest.identity());
        assertThat(state.read(old.entries(), old.revision(), old.identity())).isNull();
        assertThat(state.change(Objects.requireNonNull(store.changesAfter(range, 0)), 2)).isEmpty();
        assertThat(state.seats()).hasSize(2);
        assertThat(state.position()).isEqualTo(2);
    }
}
