package dev.roster.cli.demo;

import dev.roster.cli.Terminal;
import dev.roster.division.KeyState;
import dev.roster.testkit.witness.Testimony;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What the demonstration shows: lines of text, and on a terminal one line that lives. */
final class DemoView {
    private static final int BAR = 30;

    private final PrintStream out;
    private final boolean live;
    private boolean open;

    // The launcher chooses a console that is null without a terminal, as it was before Java 22.
    @SuppressWarnings("SystemConsoleNull")
    DemoView(boolean json) {
        // With --json the outcome alone goes to standard output.
        out = json ? System.err : System.out;
        live = !json && Terminal.at(1).isTerminal();
    }

    void say(String text) {
        finish();
        out.println(text);
    }

    /** Ends the line that lives. */
    void finish() {
        if (open) {
            out.println();
            open = false;
        }
    }

    void progress(List<KeyState> states, int files) {
        if (!live) {
            return;
        }
        Map<String, Integer> held = new TreeMap<>();
        int done = 0;
        for (KeyState key : states) {
            if (key.state() == KeyState.State.DONE) {
                done++;
            } else if (!key.owner().isEmpty()) {
                held.merge(key.owner(), 1, Integer::sum);
            }
        }
        int filled = BAR * done / Math.max(1, files);
        StringJoiner owners = new StringJoiner("  ");
        held.forEach((member, count) -> owners.add(member + ":" + count));
        out.print(
                "\r[%s%s] %d/%d done   held %s\u001b[K"
                        .formatted(
                                "#".repeat(filled), " ".repeat(BAR - filled), done, files, owners));
        out.flush();
        open = true;
    }

    void verdict(DemoVerdict verdict, Map<String, Long> takeovers, long nanos, boolean json) {
        if (json) {
            System.out.println(asJson(verdict, takeovers, nanos));
            return;
        }
        out.println();
        check(
                verdict.done() == verdict.files(),
                "%d of %d files done".formatted(verdict.done(), verdict.files()));
        check(
                verdict.equal() == verdict.files(),
                "%d of %d results equal to a single process's"
                        .formatted(verdict.equal(), verdict.files()));
        check(!verdict.broken().containsKey("K1"), "the tokens of each file grew");
        check(
                !verdict.broken().containsKey("K3"),
                "no two executions of one file overlapped while both were valid");
        check(
                verdict.current() == verdict.files(),
                "%d of %d results written by the last owner, no later one by a former"
                        .formatted(verdict.current(), verdict.files()));
        verdict.broken().forEach((id, why) -> out.println("   " + id + ": " + why));
        out.println(
                "%d executions; %d late results turned away; takeover %s; %.1f s in all"
                        .formatted(verdict.executions(), verdict.refused(), takeovers, nanos / 1e9)
                        .replace("{", "")
                        .replace("}", " ms")
                        .replace("=", " in "));
        out.println(verdict.isGood() ? "All as promised." : "NOT as promised.");
    }

    private void check(boolean good, String text) {
        out.println((good ? "  ok   " : "  NOT  ") + text);
    }

    private static String asJson(DemoVerdict verdict, Map<String, Long> takeovers, long nanos) {
        StringJoiner taken = new StringJoiner(",", "{", "}");
        takeovers.forEach((member, millis) -> taken.add("\"%s\":%d".formatted(member, millis)));
        StringJoiner judged = new StringJoiner(",", "[", "]");
        Testimony.JUDGED.forEach(id -> judged.add("\"" + id + "\""));
        StringJoiner broken = new StringJoiner(",", "[", "]");
        verdict.broken().keySet().forEach(id -> broken.add("\"" + id + "\""));
        return "{\"good\":%b,\"files\":%d,\"done\":%d,\"equal\":%d,\"executions\":%d,\"refused\":%d,\"takeoverMillis\":%s,\"judged\":%s,\"broken\":%s,\"seconds\":%.1f}"
                .formatted(
                        verdict.isGood(),
                        verdict.files(),
                        verdict.done(),
                        verdict.equal(),
                        verdict.executions(),
                        verdict.refused(),
                        taken,
                        judged,
                        broken,
                        nanos / 1e9);
    }
}
