package dev.roster.bench.placement;

import dev.roster.protocol.placement.PlacementReport;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package and puts times, moves and balance into one table. */
public final class PlacementTable {
    private static final String HEAD =
            """
            | keys on members | change | by | time, ms | ± | allocated, MB | moves | over the minimum | max - min |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """;

    private PlacementTable() {}

    /** The table, in Markdown, after about two minutes. */
    public static String measured() throws RunnerException {
        var table = new StringBuilder(HEAD);
        for (RunResult result : inOrder(run())) {
            table.append(isWeighted(result) ? weightedRow(result) : equalRow(result));
        }
        return table.toString();
    }

    private static Collection<RunResult> run() throws RunnerException {
        var options =
                new OptionsBuilder()
                        .include(EqualKeysBenchmark.class.getName())
                        .include(WeightedKeysBenchmark.class.getName())
                        .forks(1)
                        .jvmArgsAppend("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch")
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(700))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.milliseconds(600))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        return new Runner(options).run();
    }

    /** Equal keys before weighted ones, by size and change, ours before Kafka's. */
    private static List<RunResult> inOrder(Collection<RunResult> results) {
        return results.stream()
                .sorted(
                        Comparator.comparing(PlacementTable::isWeighted)
                                .thenComparing(PlacementTable::size, Comparator.reverseOrder())
                                .thenComparing(PlacementTable::change)
                                .thenComparing(PlacementTable::isKafka))
                .toList();
    }

    private static boolean isWeighted(RunResult result) {
        return result.getParams().getBenchmark().contains(WeightedKeysBenchmark.class.getName());
    }

    private static boolean isKafka(RunResult result) {
        return result.getParams().getBenchmark().endsWith(".kafka");
    }

    private static String size(RunResult result) {
        return isWeighted(result) ? "" : result.getParams().getParam("size");
    }

    private static Change change(RunResult result) {
        return Change.valueOf(result.getParams().getParam("change"));
    }

    private static String equalRow(RunResult result) {
        String size = size(result);
        Change change = change(result);
        boolean kafka = isKafka(result);
        Situation situation = EqualKeysBenchmark.situation(size, change);
        PlacementReport report =
                situation.report(kafka ? placedByKafka(situation) : situation.place());
        return row(
                size,
                change,
                kafka ? "Kafka UniformAssignor" : "Roster",
                result,
                report.moves(),
                Integer.toString(report.moves() - report.fewestMoves()),
                Integer.toString(report.spread()));
    }

    private static int[] placedByKafka(Situation situation) {
        var group = new KafkaGroup(situation);
        return group.placement(group.place());
    }

    private static String weightedRow(RunResult result) {
        Change change = change(result);
        double exponent = Double.parseDouble(result.getParams().getParam("exponent"));
        var situation =
                WeightedSituation.after(
                        change,
                        WeightedKeysBenchmark.KEYS,
                        WeightedKeysBenchmark.MEMBERS,
                        exponent);
        int[] next = situation.place().next();
        double over = 100 * (situation.moved(next) / situation.leastMoved() - 1);
        return row(
                "%d on %d, weights by Zipf %.1f, capacities 1 to 4"
                        .formatted(
                                WeightedKeysBenchmark.KEYS,
                                WeightedKeysBenchmark.MEMBERS,
                                exponent),
                change,
                "Roster",
                result,
                situation.moves(next),
                "%.1f %% of weight".formatted(over),
                "max / ideal %.3f, at least %.3f"
                        .formatted(situation.highestLoad(next), situation.leastHighestLoad()));
    }

    private static String row(
            String size,
            Change change,
            String by,
            RunResult result,
            int moves,
            String over,
            String balance) {
        Result<?> time = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        List<String> cells =
                List.of(
                        size,
                        change.toString(),
                        by,
                        milliseconds(time.getScore()),
                        milliseconds(time.getScoreError()),
                        bytes == null ? "?" : "%.2f".formatted(bytes.getScore() / (1024 * 1024)),
                        Integer.toString(moves),
                        over,
                        balance);
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String milliseconds(double microseconds) {
        return String.format(Locale.ROOT, "%.3f", microseconds / 1000);
    }
}
