package dev.roster.testkit.simulation;

import java.util.Objects;

/** A failed run as text: seed, scenario, the last events, and how to run it again. */
public final class FailureReport {
    private FailureReport() {}

    /** All there is to say about a run that failed. */
    public static String of(Outcome outcome) {
        StringBuilder out = new StringBuilder();
        out.append("seed ").append(outcome.seed()).append('\n');
        out.append(outcome.scenario()).append('\n');
        out.append("the last events:\n");
        outcome.lastEvents().forEach(line -> out.append(line).append('\n'));
        Throwable failure = Objects.requireNonNull(outcome.failure());
        out.append(failure).append('\n');
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.roster.protocol")) {
                out.append("    at ").append(frame).append('\n');
            }
        }
        out.append("again: ./roster simulate --seed ").append(outcome.seed()).append('\n');
        return out.toString();
    }
}
