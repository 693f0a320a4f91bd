package dev.roster.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.placement.PlacementReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both sides of the comparison must solve the same problem. */
final class SituationTest {

    @ParameterizedTest
    @EnumSource
    void both_place_all_keys_evenly(Change change) {
        Situation situation = Situation.after(change, 1003, 10);
        var kafka = new KafkaGroup(situation);

        PlacementReport ours = situation.report(situation.place());
        PlacementReport theirs = situation.report(kafka.placement(kafka.place()));

        assertThat(ours.unplaced()).isZero();
        assertThat(theirs.unplaced()).isZero();
        assertThat(ours.spread()).isEqualTo(1);
        assertThat(theirs.spread()).isEqualTo(1);
        assertThat(ours.moves()).isEqualTo(ours.fewestMoves());
        assertThat(theirs.moves()).isGreaterThanOrEqualTo(theirs.fewestMoves());
    }

    @ParameterizedTest
    @EnumSource
    void weighted_keys_end_near_their_ideal(Change change) {
        var situation = WeightedSituation.after(change, 20_000, 40, 0.3);
        int[] next = situation.place().next();

        assertThat(situation.highestLoad(next)).isBetween(1.0, 1.07);
        assertThat(situation.moved(next)).isGreaterThan(situation.leastMoved() * 0.99);
        assertThat(situation.moves(next)).isPositive();
    }
}
