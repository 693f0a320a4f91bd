package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * How one attempt failed.
 *
 * @param attempt which one, from 1
 * @param at when, in microseconds since 1970
 * @param member whose attempt it was
 * @param message what went wrong
 * @param stack where, cut to {@value #STACK_CHARACTERS} characters
 */
public record JobError(int attempt, long at, String member, String message, String stack) {
    /** Longest message that is kept. */
    public static final int MESSAGE_CHARACTERS = 500;

    /** Longest stack that is kept. */
    public static final int STACK_CHARACTERS = 2000;

    public JobError {
        message = cut(message, MESSAGE_CHARACTERS);
        stack = cut(stack, STACK_CHARACTERS);
    }

    /** About how many bytes it takes. */
    int bytes() {
        return 32
                + Bytes.utf8(member).size()
                + Bytes.utf8(message).size()
                + Bytes.utf8(stack).size();
    }

    static String cut(String text, int atMost) {
        return text.length() <= atMost ? text : text.substring(0, atMost);
    }

    void write(Packed.Writer out) {
        out.number(attempt).number(at).text(member).text(message).text(stack);
    }

    static JobError read(Packed.Reader in) throws CorruptRecordException {
        return new JobError(in.small(), in.number(), in.text(), in.text(), in.text());
    }
}
