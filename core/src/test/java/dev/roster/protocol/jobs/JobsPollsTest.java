package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.SECOND;
import static dev.roster.protocol.jobs.Rig.job;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often an owner reads that nobody tells anything. */
final class JobsPollsTest {
    private static final int PARTITIONS = 32;

    private final Rig rig = new Rig();

    private void ownAll() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            rig.token++;
            rig.machine.owned(partition, rig.token, rig.now);
        }
        rig.go();
    }

    @Test
    void partitions_are_read_together_while_nothing_is_to_be_done() {
        ownAll();
        rig.pass(10 * SECOND);
        rig.readings.clear();
        rig.pass(60 * SECOND);
        assertThat(rig.readings.stream().filter(reading -> !reading.isSweep()))
                .hasSizeBetween(40, 100);
    }

    @Test
    void what_nobody_told_of_is_found_soon_in_each_of_them() {
        ownAll();
        rig.pass(10 * SECOND);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Spot spot = new Spot(5, rig.now, "p" + partition);
            rig.shelf(partition, Ledger.WORK).put(spot, job("t", "").toBytes());
            rig.pass(2 * SECOND);
            assertThat(rig.started).contains(spot.id());
            rig.done(spot.id());
        }
    }

    @Test
    void what_is_told_of_is_read_alone() {
        ownAll();
        rig.pass(10 * SECOND);
        rig.readings.clear();
        rig.machine.woken(7);
        rig.go();
        assertThat(rig.readings)
                .singleElement()
                .satisfies(reading ->
                        assertThat(reading.parts())
                                .singleElement()
                                .extracting(part -> part.partition)
                                .isEqualTo(7));
    }
}
