package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PlacementReportTest {

    @Test
    void counts_moves_and_compares_with_the_fewest_possible() {
        int[] previous = {0, 0, 0, 1, -1};
        int[] next = {1, 1, 0, 0, 1};

        var report = PlacementReport.of(previous, next, new int[] {2, 3});

        assertThat(report).isEqualTo(new PlacementReport(4, 2, 0, 2, 3));
        assertThat(report.spread()).isEqualTo(1);
    }

    @Test
    void leaves_members_without_a_quota_out_of_the_spread() {
        var report = PlacementReport.of(new int[] {0, 2}, new int[] {2, 2}, new int[] {0, 0, 2});

        assertThat(report.spread()).isZero();
    }

    @Test
    void counts_keys_without_a_member() {
        var report =
                PlacementReport.of(new int[] {-1, -1, 0}, new int[] {-1, 0, -1}, new int[] {1});

        assertThat(report).isEqualTo(new PlacementReport(2, 0, 2, 1, 1));
        assertThat(PlacementReport.of(new int[0], new int[0], new int[0]).spread()).isZero();
    }
}
