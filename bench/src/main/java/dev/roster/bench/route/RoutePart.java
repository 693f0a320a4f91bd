package dev.roster.bench.route;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures lookups, and how keys are spread. */
public final class RoutePart implements Part {
    /** JMH itself allocates a little around each iteration; the smallest object has 16 bytes. */
    private static final double NO_BYTES = 0.5;

    private static final Map<String, String> NAMES =
            Map.of(
                    "baseline", "stepping through the keys",
                    "rosterHashed", "`Router.route(long)`",
                    "rosterString", "`Router.route(String)`",
                    "guavaHashed", "Guava `consistentHash` of a hash",
                    "guavaString", "Guava `consistentHash` of a String",
                    "ketamaString", "ketama ring of spymemcached, String",
                    "maglevString", "Maglev's table, String",
                    "rendezvousString", "rendezvous, String",
                    "hazelcastString", "Hazelcast `getPartition(String).getOwner()`, one member");

    private static final Map<String, Double> GOALS =
            Map.of("rosterHashed", 5.0, "rosterString", 50.0);

    @Override
    public String name() {
        return "route";
    }

    @Override
    public String summary() {
        return "lookups of a key's owner, beside Hazelcast, Guava, ketama, Maglev, rendezvous (2 min)";
    }

    @Override
    public String measured(Path directory) {
        Table table = new Table();
        for (RunResult result : run()) {
            String benchmark = result.getParams().getBenchmark();
            String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            String what =
                    "%s, %s members"
                            .formatted(
                                    Objects.requireNonNull(NAMES.get(method)),
                                    result.getParams().getParam("members"));
            List<Double> times = new ArrayList<>();
            result.getBenchmarkResults()
                    .forEach(fork -> {
                        for (IterationResult one : fork.getIterationResults()) {
                            times.add(one.getPrimaryResult().getScore());
                        }
                    });
            Samples nanos = Samples.of(times);
            Double goal = GOALS.get(method);
            if (goal == null) {
                table.add(
                        what + ", fastest tenth", "ns", Samples.of(List.of(nanos.percentile(10))));
            } else {
                table.add(what + ", fastest tenth", "ns", nanos.percentile(10), goal);
            }
            table.add(what, "ns", nanos);
            double bytes =
                    Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                            .getScore();
            if (goal != null) {
                table.add(what + ", allocated", "B", bytes < NO_BYTES ? 0 : bytes, 0);
            } else if (!method.equals("baseline")) {
                table.add(what + ", allocated", "B", Samples.of(List.of(bytes)));
            }
        }
        return table.markdown() + "\n" + SpreadTable.markdown();
    }

    private static Iterable<RunResult> run() {
        var options =
                new OptionsBuilder()
                        .include(RouteBenchmark.class.getName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(500))
                        // Short enough to fit between two interruptions on a busy machine.
                        .measurementIterations(200)
                        .measurementTime(TimeValue.milliseconds(10))
                        .jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
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
