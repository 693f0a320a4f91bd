package dev.roster.cli;

import java.util.ArrayDeque;

/** The last lines that a program wrote to its standard error. Safe for use by many threads. */
final class Tail {
    /** No longer than what is kept of an error. */
    private static final int CHARACTERS = 1900;

    private static final int LINE = 400;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private int characters;

    synchronized void add(String line) {
        String cut = line.length() > LINE ? line.substring(0, LINE) : line;
        lines.addLast(cut);
        characters += cut.length() + 1;
        while (characters > CHARACTERS) {
            characters -= lines.removeFirst().length() + 1;
        }
    }

    synchronized String text() {
        return String.join("\n", lines);
    }

    /** What the exit code means, and the last line that says anything. */
    synchronized String message(int exit) {
        String last = "";
        for (String line : lines) {
            last = line.isBlank() ? last : line;
        }
        String code = KeyWork.CommandFailedException.text(exit);
        return last.isEmpty() ? code : code + ": " + last;
    }
}
