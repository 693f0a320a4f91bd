package dev.roster.cli;

import dev.roster.Problem;
import java.io.IOException;
import java.util.function.Supplier;

/** Tells what happens: to the screen for people, or as JSON lines, and to the history. */
final class Report implements AutoCloseable {
    private final Screen screen;
    private final History history;
    private final boolean json;
    private final boolean prefix;
    private final boolean quiet;
    private Supplier<String> member = () -> "";
    private Supplier<String> incarnation = () -> "";

    private Report(Screen screen, History history, boolean json, boolean prefix, boolean quiet) {
        this.screen = screen;
        this.history = history;
        this.json = json;
        this.prefix = prefix;
        this.quiet = quiet;
    }

    static Report of(MemberChoice choice) throws IOException {
        return new Report(
                new Screen(Terminal.at(2)),
                History.to(choice.history),
                choice.json,
                choice.prefix,
                choice.quiet);
    }

    void names(Supplier<String> name, Supplier<String> id) {
        member = name;
        incarnation = id;
    }

    Screen screen() {
        return screen;
    }

    boolean isQuiet() {
        return quiet || json;
    }

    /** Begins an event. */
    Json event(String name) {
        return History.event(name, member.get(), incarnation.get());
    }

    /** An event for those who read JSON, and for the history. */
    void tell(Json event) {
        history.append(event);
        tellOnly(event);
    }

    /** An event that is no part of the history. */
    void tellOnly(Json event) {
        if (json) {
            screen.out(event.toString());
        }
    }

    void joined(String group) {
        tell(event("joined").put("group", group));
    }

    void left() {
        tell(event("left"));
    }

    void lost(String why) {
        tell(event("lost").put("why", why));
        note("this member must not act: " + why);
    }

    void problem(Problem problem) {
        tellOnly(
                event("problem")
                        .put("kind", problem.kind().name())
                        .put("subject", problem.subject())
                        .put("detail", problem.detail()));
        note(problem.subject() + ": " + problem.detail());
    }

    /** Something that a person should read. */
    void note(String text) {
        if (!json) {
            screen.err("roster: " + text);
        }
    }

    /** A line that a command wrote. */
    void output(String label, String value, boolean isError, String line) {
        if (json) {
            screen.out(
                    event("output")
                            .put(label, value)
                            .put("stream", isError ? "stderr" : "stdout")
                            .put("line", line)
                            .toString());
            return;
        }
        String text = prefix ? value + ": " + line : line;
        if (isError) {
            screen.err(text);
        } else {
            screen.out(text);
        }
    }

    @Override
    public void close() throws IOException {
        screen.endLive();
        history.close();
    }
}
