package dev.roster.bench;

import dev.roster.bench.placement.PlacementTable;
import java.io.PrintStream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures placing keys on members, beside Kafka's assignor in the same run, in about two minutes.
 */
public final class PlacementBench {
    private PlacementBench() {}

    public static void main(String[] args) throws RunnerException {
        run(System.out);
    }

    /** Runs all of it and prints one table. */
    public static void run(PrintStream out) throws RunnerException {
        out.println(PlacementTable.measured());
    }
}
