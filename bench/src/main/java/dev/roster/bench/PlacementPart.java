package dev.roster.bench;

import dev.roster.bench.placement.PlacementTable;
import java.nio.file.Path;
import org.openjdk.jmh.runner.RunnerException;

/** Measures placing keys on members. */
final class PlacementPart implements Part {
    @Override
    public String name() {
        return "placement";
    }

    @Override
    public String summary() {
        return "placing keys on members, beside Kafka's assignor (2 min)";
    }

    @Override
    public String measured(Path directory) {
        try {
            return PlacementTable.measured();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }
}
