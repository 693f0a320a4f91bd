package dev.roster.cli;

import dev.roster.Affinity;
import dev.roster.division.DivisionStatus;
import dev.roster.division.KeyState;
import dev.roster.group.GroupStatus;
import dev.roster.group.MemberStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A group, for people and for programs. */
final class GroupTexts {
    private static final int BOLD = 1;
    private static final int RED = 31;

    private GroupTexts() {}

    static String table(GroupStatus group, List<DivisionStatus> divisions, Terminal terminal) {
        StringBuilder out = new StringBuilder();
        out.append(terminal.paint(BOLD, "group " + group.group()))
                .append(
                        "  generation %d%s, %d members, lease %s%n"
                                .formatted(
                                        group.generation(),
                                        group.agreed() ? "" : " (being agreed)",
                                        group.members().size(),
                                        group.lease().map(DurationConverter::show).orElse("-")));
        if (!group.members().isEmpty()) {
            out.append(
                    "  %4s  %-28s %10s %12s %8s  %s%n"
                            .formatted("slot", "member", "age", "last beat", "version", "id"));
        }
        for (MemberStatus member : group.members()) {
            out.append(member(member, group, terminal));
        }
        for (DivisionStatus division : divisions) {
            division(division, terminal, out);
        }
        return out.toString();
    }

    private static String member(MemberStatus member, GroupStatus group, Terminal terminal) {
        Duration silent = Duration.between(member.beatAt(), Instant.now());
        String slot = member.slot().isPresent() ? Integer.toString(member.slot().getAsInt()) : "-";
        String line =
                "  %4s  %-28s %10s %12s %8s  %s"
                        .formatted(
                                slot,
                                member.name(),
                                ago(member.joined()),
                                member.beat() == 0 ? "-" : ago(member.beatAt()) + " ago",
                                member.version().isEmpty() ? "-" : member.version(),
                                member.incarnation());
        boolean late = group.lease().map(lease -> silent.compareTo(lease) > 0).orElse(false);
        return (late ? terminal.paint(RED, line) : line) + "\n";
    }

    private static String ago(Instant then) {
        Duration age = Duration.between(then, Instant.now());
        return age.isNegative() ? "0 ms" : DurationConverter.show(age);
    }

    private static void division(DivisionStatus division, Terminal terminal, StringBuilder out) {
        out.append("  ")
                .append(terminal.paint(BOLD, "division " + division.division()))
                .append(
                        "  %d %s: %d owned, %d waiting, %d in motion, %d done, "
                                .formatted(
                                        division.keys().size(),
                                        division.partitions() > 0 ? "partitions" : "keys",
                                        division.count(KeyState.State.OWNED),
                                        division.count(KeyState.State.WAITING),
                                        division.count(KeyState.State.MOVING),
                                        division.count(KeyState.State.DONE)));
        long failed = division.count(KeyState.State.FAILED);
        String text = failed + " failed";
        out.append(failed == 0 ? text : terminal.paint(RED, text)).append('\n');
        for (DivisionStatus.Participant one : division.participants()) {
            out.append(
                    "        %-28s holds %5d%s, affinity %s%s%n"
                            .formatted(
                                    one.name(),
                                    one.held(),
                                    one.atMost() == 0 ? "" : " of at most " + one.atMost(),
                                    one.affinity() == Affinity.NONE ? "none" : one.affinity(),
                                    one.draining() ? ", gives up everything" : ""));
        }
    }

    static Json json(GroupStatus group, List<DivisionStatus> divisions) {
        List<Json> members = new ArrayList<>();
        for (MemberStatus member : group.members()) {
            Json one =
                    new Json().put("incarnation", member.incarnation()).put("name", member.name());
            member.slot().ifPresentOrElse(slot -> one.put("slot", slot), () -> one.putNull("slot"));
            members.add(
                    one.put("version", member.version())
                            .put("replaces", member.replaces())
                            .put("metadata", member.metadata())
                            .put("joined", member.joined().toEpochMilli())
                            .put("beat", member.beat())
                            .put("beatAt", member.beatAt().toEpochMilli()));
        }
        Json json = new Json().put("group", group.group());
        group.lease()
                .ifPresentOrElse(
                        lease -> json.put("leaseMillis", lease.toMillis()),
                        () -> json.putNull("leaseMillis"));
        return json.put("generation", group.generation())
                .put("agreed", group.agreed())
                .put("members", members)
                .put("divisions", divisions.stream().map(GroupTexts::division).toList());
    }

    private static Json division(DivisionStatus division) {
        List<Json> participants = new ArrayList<>();
        for (DivisionStatus.Participant one : division.participants()) {
            Json part = new Json().put("incarnation", one.incarnation()).put("name", one.name());
            if (one.affinity() == Affinity.NONE) {
                part.putNull("affinity");
            } else {
                part.put("affinity", one.affinity());
            }
            participants.add(
                    part.put("weight", one.weight())
                            .put("atMost", one.atMost())
                            .put("draining", one.draining())
                            .put("held", one.held()));
        }
        return new Json()
                .put("division", division.division())
                .put("partitions", division.partitions())
                .put("keys", division.keys().size())
                .put("owned", division.count(KeyState.State.OWNED))
                .put("waiting", division.count(KeyState.State.WAITING))
                .put("moving", division.count(KeyState.State.MOVING))
                .put("done", division.count(KeyState.State.DONE))
                .put("failed", division.count(KeyState.State.FAILED))
                .put("participants", participants);
    }
}
