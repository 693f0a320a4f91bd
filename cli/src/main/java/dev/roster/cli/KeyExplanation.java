package dev.roster.cli;

import dev.roster.Affinity;
import dev.roster.division.DivisionStatus;
import dev.roster.division.KeyState;
import dev.roster.division.PlanChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a key is, why, and how it came there.
 *
 * @param key its state
 * @param reasons sentences
 * @param moves a line for each of its last moves, oldest first
 */
record KeyExplanation(KeyState key, List<String> reasons, List<Move> moves) {
    /** A move of the key, and the change of the plan that it was part of. */
    record Move(PlanChange change, PlanChange.Move move) {}

    static Optional<KeyExplanation> of(DivisionStatus division, String key) {
        return division.keys().stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .map(state ->
                        new KeyExplanation(state, reasons(division, state), moves(division, key)));
    }

    private static List<Move> moves(DivisionStatus division, String key) {
        List<Move> moves = new ArrayList<>();
        for (PlanChange change : division.changes()) {
            change.moves().stream()
                    .filter(move -> move.key().equals(key))
                    .forEach(move -> moves.add(new Move(change, move)));
        }
        return moves;
    }

    private static List<String> reasons(DivisionStatus division, KeyState key) {
        List<String> reasons = new ArrayList<>();
        switch (key.state()) {
            case OWNED ->
                    reasons.add(
                            "%s owns it under token %d: it runs there, or waits for a free place or"
                                            .formatted(key.owner(), key.token())
                                    + " for its back-off.");
            case MOVING -> reasons.add(moving(key));
            case WAITING -> waiting(division, key, reasons);
            case DONE ->
                    reasons.add(
                            "It is done, by %s under token %d. \"roster keys retry\" runs it again."
                                    .formatted(key.member(), key.token()));
            case FAILED ->
                    reasons.add(
                            "All attempts failed; the last was by %s. \"roster keys retry\" tries it again."
                                    .formatted(key.member()));
        }
        if (key.attempts() > 0 && key.state() != KeyState.State.DONE) {
            reasons.add(
                    "%d attempts failed; the last error: %s"
                            .formatted(key.attempts(), KeyTexts.oneLine(key.error())));
        }
        return reasons;
    }

    private static String moving(KeyState key) {
        return key.target().isEmpty()
                ? "%s owns it and has been told to give it up; it has not confirmed that it stopped."
                        .formatted(key.owner())
                : "It goes from %s to %s; %s has not confirmed that it stopped."
                        .formatted(key.owner(), key.target(), key.owner());
    }

    private static void waiting(DivisionStatus division, KeyState key, List<String> reasons) {
        if (!key.target().isEmpty()) {
            reasons.add(key.target() + " shall own it and has not claimed it yet.");
            return;
        }
        if (division.participants().isEmpty()) {
            reasons.add("No member takes part in the division.");
            return;
        }
        int full = 0;
        int closed = 0;
        for (DivisionStatus.Participant one : division.participants()) {
            if (one.draining() || one.affinity() == Affinity.NONE) {
                closed++;
            } else if (one.atMost() > 0 && one.held() >= one.atMost()) {
                full++;
            }
        }
        int all = division.participants().size();
        reasons.add(
                full + closed == all
                        ? "No member has room: %d of %d hold as many keys as they may, %d take none."
                                .formatted(full, all, closed)
                        : "No plan has placed it yet; the next one does.");
    }

    String text() {
        StringBuilder out = new StringBuilder(KeyTexts.line(key).stripTrailing());
        reasons.forEach(reason -> out.append("\n  ").append(reason));
        out.append(moves.isEmpty() ? "\nNo moves of it are kept." : "\nLast moves:");
        for (Move move : moves) {
            out.append(
                    "%n  plan %d, %s: %s to %s (%s, by %s)"
                            .formatted(
                                    move.change().epoch(),
                                    move.change().at(),
                                    name(move.move().from()),
                                    name(move.move().to()),
                                    move.change().reason(),
                                    move.change().planner()));
        }
        return out.toString();
    }

    private static String name(String member) {
        return member.isEmpty() ? "nobody" : member;
    }

    Json json() {
        List<Json> lines = new ArrayList<>();
        for (Move move : moves) {
            lines.add(
                    new Json()
                            .put("plan", move.change().epoch())
                            .put("millis", move.change().at().toEpochMilli())
                            .put("from", move.move().from())
                            .put("to", move.move().to())
                            .put("reason", move.change().reason())
                            .put("planner", move.change().planner()));
        }
        return KeyTexts.json(key).put("why", String.join(" ", reasons)).put("moves", lines);
    }
}
