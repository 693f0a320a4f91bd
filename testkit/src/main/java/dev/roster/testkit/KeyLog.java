package dev.roster.testkit;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What the members of a test were told of their keys, in order. Safe for use by many threads. */
final class KeyLog {
    /** What happened. */
    enum Kind {
        START,
        STOP,
        CONFIRM
    }

    /** One thing that happened. */
    record Line(String member, Kind kind, String key, long token) {}

    private final List<Line> lines = new ArrayList<>();
    private final Set<Line> started = new HashSet<>();

    /** A listener that confirms each stop at once. */
    DivisionListener confirming(String member, Division division) {
        return new DivisionListener() {
            @Override
            public void start(Ownership ownership) {
                add(member, Kind.START, ownership);
            }

            @Override
            public void stop(Ownership ownership, StopReason reason) {
                add(member, Kind.STOP, ownership);
                confirm(member, division, ownership);
            }
        };
    }

    /** Confirms a stop, and remembers it. */
    void confirm(String member, Division division, Ownership ownership) {
        // First the line, then the word: the next owner's start comes after both.
        add(member, Kind.CONFIRM, ownership);
        division.confirm(ownership);
    }

    synchronized void add(String member, Kind kind, Ownership ownership) {
        Line line = new Line(member, kind, ownership.key(), ownership.token());
        lines.add(line);
        if (kind == Kind.START) {
            started.add(line);
        }
    }

    synchronized boolean hasStarted(String member, Ownership ownership) {
        return started.contains(new Line(member, Kind.START, ownership.key(), ownership.token()));
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    synchronized int count(Kind kind) {
        return (int) lines.stream().filter(line -> line.kind() == kind).count();
    }

    synchronized int starts(String key) {
        return (int)
                lines.stream()
                        .filter(line -> line.kind() == Kind.START && line.key().equals(key))
                        .count();
    }

    /** How often a member was started on any key. */
    synchronized int startsOf(String member) {
        return (int)
                lines.stream()
                        .filter(line -> line.kind() == Kind.START && line.member().equals(member))
                        .count();
    }

    synchronized void forget() {
        lines.clear();
    }

    /** Starts of a key before the one before was confirmed, and tokens that did not grow. */
    synchronized List<String> overlaps() {
        List<String> found = new ArrayList<>();
        TreeMap<String, Line> running = new TreeMap<>();
        TreeMap<String, Line> last = new TreeMap<>();
        for (Line line : lines) {
            Line before = running.get(line.key());
            switch (line.kind()) {
                case START -> {
                    if (before != null) {
                        found.add(line + " while " + before);
                    }
                    running.put(line.key(), line);
                    Line earlier = last.put(line.key(), line);
                    if (earlier != null && !mayFollow(earlier, line)) {
                        found.add(line + " after " + earlier);
                    }
                }
                case STOP -> {}
                case CONFIRM -> {
                    if (before != null && before.token() == line.token()) {
                        running.remove(line.key());
                    }
                }
            }
        }
        return found;
    }

    /** A member that stopped while it could not renew goes on under the token it has. */
    private static boolean mayFollow(Line earlier, Line line) {
        boolean same = earlier.member().equals(line.member());
        return earlier.token() < line.token() || (same && earlier.token() == line.token());
    }
}
