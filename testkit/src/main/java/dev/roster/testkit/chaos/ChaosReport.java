package dev.roster.testkit.chaos;

import dev.roster.testkit.check.Checker;
import dev.roster.testkit.check.Judgement;
import dev.roster.testkit.check.Violated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** What came out of a run, as text for people and as one JSON object. */
public final class ChaosReport {
    /** More of the same tell nothing more. */
    private static final int MOST_LINES = 10;

    private ChaosReport() {}

    /** Tables: the promises, the faults, what happened at times; then what was broken. */
    public static String text(ChaosResult result) {
        List<String> out = new ArrayList<>();
        out.add("promise  tier  checks made  violations  statement");
        for (Judgement judgement : result.judgements()) {
            out.add(
                    "%-7s  %-4s  %11d  %10d  %s"
                            .formatted(
                                    judgement.id(),
                                    tier(judgement.tier()),
                                    judgement.checks(),
                                    judgement.violation() == null ? 0 : 1,
                                    judgement.statement()));
        }
        long commits = result.sometimes().getOrDefault(ChaosResult.COMMITS, 0L);
        out.add(
                "%-7s  %-4s  %11d  %10d  %s"
                        .formatted(
                                "store",
                                "A",
                                commits,
                                result.anomalies().size(),
                                "The watch tells every commit that was answered as applied, once, in order; a revision is given once."));
        out.add("");
        out.add("fault              done  longest until all was well");
        for (Fault fault : Fault.values()) {
            ChaosResult.Done done = result.faults().get(fault);
            String why = result.leftOut().get(fault);
            if (done != null) {
                out.add(
                        "%-17s  %4d  %6.1f s"
                                .formatted(fault, done.times(), done.longestNanos() / 1e9));
            } else {
                out.add(
                        "%-17s  %4s  %s"
                                .formatted(
                                        fault,
                                        "-",
                                        why == null ? "not in this run" : "left out: " + why));
            }
        }
        out.add("");
        result.sometimes().forEach((what, times) -> out.add("%9d  %s".formatted(times, what)));
        out.add("");
        for (Judgement judgement : result.judgements()) {
            Violated violation = judgement.violation();
            if (violation != null) {
                out.add("BROKEN %s".formatted(violation.getMessage()));
            }
        }
        result.anomalies().stream()
                .limit(MOST_LINES)
                .forEach(what -> out.add("BROKEN store: " + what));
        result.problems().forEach(what -> out.add("PROBLEM " + what));
        long unguarded = result.sometimes().getOrDefault(ChaosResult.UNGUARDED, 0L);
        out.add(
                "Without tokens, %d effects of former owners would have been taken in; with them, none was."
                        .formatted(unguarded));
        out.add(result.isGood() ? "All promises were kept." : "NOT all promises were kept.");
        return String.join("\n", out);
    }

    private static String tier(Checker.Tier tier) {
        return tier == Checker.Tier.LIVENESS ? "-" : tier.name();
    }

    /** One object on one line; what it has, docs/reference/cli.md says. */
    public static String json(ChaosResult result) {
        StringJoiner promises = new StringJoiner(",", "{", "}");
        for (Judgement judgement : result.judgements()) {
            Violated violation = judgement.violation();
            promises.add(
                    "%s:{\"checks\":%d,\"violation\":%s}"
                            .formatted(
                                    quoted(judgement.id()),
                                    judgement.checks(),
                                    violation == null
                                            ? "null"
                                            : quoted(String.valueOf(violation.getMessage()))));
        }
        StringJoiner faults = new StringJoiner(",", "{", "}");
        result.faults()
                .forEach((fault, done) ->
                        faults.add(
                                "%s:{\"times\":%d,\"longestMillis\":%d}"
                                        .formatted(
                                                quoted(fault.name()),
                                                done.times(),
                                                done.longestNanos() / 1_000_000)));
        StringJoiner leftOut = new StringJoiner(",", "{", "}");
        result.leftOut()
                .forEach((fault, why) -> leftOut.add(quoted(fault.name()) + ":" + quoted(why)));
        StringJoiner sometimes = new StringJoiner(",", "{", "}");
        for (Map.Entry<String, Long> one : result.sometimes().entrySet()) {
            sometimes.add(quoted(one.getKey()) + ":" + one.getValue());
        }
        return "{\"good\":%b,\"store\":%s,\"seed\":%d,\"promises\":%s,\"anomalies\":%s,\"problems\":%s,\"faults\":%s,\"leftOut\":%s,\"sometimes\":%s}"
                .formatted(
                        result.isGood(),
                        quoted(result.store()),
                        result.seed(),
                        promises,
                        list(result.anomalies()),
                        list(result.problems()),
                        faults,
                        leftOut,
                        sometimes);
    }

    private static String list(List<String> texts) {
        StringJoiner all = new StringJoiner(",", "[", "]");
        texts.forEach(text -> all.add(quoted(text)));
        return all.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
