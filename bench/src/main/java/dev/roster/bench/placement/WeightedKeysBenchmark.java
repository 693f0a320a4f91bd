package dev.roster.bench.placement;

import dev.roster.protocol.placement.WeightedPlacement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Places a million keys of very different weight on a thousand members. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WeightedKeysBenchmark {
    static final int KEYS = 1_000_000;
    static final int MEMBERS = 1000;

    @Param({"0.5"})
    public double exponent;

    @Param public Change change = Change.FROM_NOTHING;

    private WeightedSituation situation = WeightedSituation.after(Change.FROM_NOTHING, 0, 1, 0);

    @Setup
    public void prepare() {
        situation = WeightedSituation.after(change, KEYS, MEMBERS, exponent);
    }

    @Benchmark
    public WeightedPlacement roster() {
        return situation.place();
    }
}
