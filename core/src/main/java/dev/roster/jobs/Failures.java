package dev.roster.jobs;

import dev.roster.protocol.jobs.JobError;
import dev.roster.protocol.jobs.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Says in words what a handler threw. */
final class Failures {
    private Failures() {}

    static Outcome.Failed of(Throwable thrown, boolean forGood) {
        String message;
        String stack;
        try {
            String said = thrown.getMessage();
            message = said == null || said.isEmpty() ? thrown.getClass().getName() : said;
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            stack = text.toString();
        } catch (RuntimeException | StackOverflowError e) {
            // It cannot even say what it is.
            message = thrown.getClass().getName();
            stack = "";
        }
        int end = Math.min(stack.length(), JobError.STACK_CHARACTERS);
        return new Outcome.Failed(message, stack.substring(0, end), forGood);
    }
}
