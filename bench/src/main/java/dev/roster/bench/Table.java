package dev.roster.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows of one part, each with its goal where there is one, in Markdown. */
public final class Table {
    private static final String HEAD =
            """
            | measured | unit | samples | median | p99 | goal | met |
            | --- | --- | --- | --- | --- | --- | --- |
            """;

    private final List<String> rows = new ArrayList<>();

    /** A row without a goal. */
    public void add(String what, String unit, Samples samples) {
        row(what, unit, samples, "", "");
    }

    /** A row whose p99 should not exceed the goal. */
    public void add(String what, String unit, Samples samples, double goal) {
        boolean met = samples.percentile(99) <= goal;
        row(what, unit, samples, "≤ " + Samples.text(goal), met ? "yes" : "**no**");
    }

    /** A row of one number. */
    public void add(String what, String unit, double value, double goal) {
        Samples one = Samples.of(List.of(value));
        add(what, unit, one, goal);
    }

    private void row(String what, String unit, Samples samples, String goal, String met) {
        rows.add(
                "| %s | %s | %d | %s | %s | %s | %s |\n"
                        .formatted(
                                what,
                                unit,
                                samples.count(),
                                Samples.text(samples.median()),
                                samples.count() < 2 ? "" : Samples.text(samples.percentile(99)),
                                goal,
                                met));
    }

    public String markdown() {
        return HEAD + String.join("", rows);
    }
}
