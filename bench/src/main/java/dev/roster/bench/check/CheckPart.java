package dev.roster.bench.check;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures the ownership check. */
public final class CheckPart implements Part {
    private static final double NANOS = 30;

    /** What it costs while nothing else interrupts it, however busy the machine is. */
    private static final String FASTEST = ", fastest tenth";

    /** JMH itself allocates a little around each iteration; the smallest object has 16 bytes. */
    private static final double NO_BYTES = 0.5;

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String summary() {
        return "Ownership.isValid(), beside System.nanoTime() (20 s)";
    }

    @Override
    public String measured(Path directory) {
        Table table = new Table();
        for (RunResult result : run()) {
            boolean ours = result.getParams().getBenchmark().endsWith(".isValid");
            String what = ours ? "Ownership.isValid()" : "System.nanoTime()";
            List<Double> times = new ArrayList<>();
            for (IterationResult iteration : iterations(result)) {
                times.add(iteration.getPrimaryResult().getScore());
            }
            Samples nanos = Samples.of(times);
            if (ours) {
                table.add(what + FASTEST, "ns", nanos.percentile(10), NANOS);
                table.add(what, "ns", nanos);
                double bytes =
                        Objects.requireNonNull(
                                        result.getSecondaryResults().get("gc.alloc.rate.norm"))
                                .getScore();
                table.add(what + ", allocated", "B", bytes < NO_BYTES ? 0 : bytes, 0);
            } else {
                table.add(what + FASTEST, "ns", Samples.of(List.of(nanos.percentile(10))));
                table.add(what, "ns", nanos);
            }
        }
        return table.markdown();
    }

    private static List<IterationResult> iterations(RunResult result) {
        return result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .toList();
    }

    private static Collection<RunResult> run() {
        var options =
                new OptionsBuilder()
                        .include(OwnershipCheckBenchmark.class.getName())
                        .forks(2)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(500))
                        // Short enough to fit between two interruptions on a busy machine.
                        .measurementIterations(200)
                        .measurementTime(TimeValue.milliseconds(10))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        try {
            return new Runner(options).run();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }
}
