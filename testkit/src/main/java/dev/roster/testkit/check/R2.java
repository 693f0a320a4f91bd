package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A router's table never goes back, and in a quiet group it is soon what the store holds. How soon
 * is its watch's delay; what is allowed for is {@link #WITHIN_NANOS}.
 */
final class R2 extends Checker {
    /** A look at the store that is due twice a second, and an answer that takes its time. */
    private static final long WITHIN_NANOS = 1_800_000_000L;

    /** The era is the upper part of a token. */
    private static final int ERA_SHIFT = 40;

    private record Seat(String member, long token) {}

    private final Map<String, Map<Work, Seat>> tables = new LinkedHashMap<>();
    private final Map<String, Long> generations = new LinkedHashMap<>();
    private final Map<String, Set<String>> divisions = new LinkedHashMap<>();
    private long judgedQuiet = -1;

    R2() {
        super(
                Tier.LIVENESS,
                "A router's table never goes back, and in a quiet group it is soon what the store holds.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.Routed routed) {
            long before = generations.getOrDefault(routed.router(), 0L);
            require(
                    routed.generation() >= before,
                    seen,
                    "%s has a table of generation %d after one of %d",
                    routed.router(),
                    routed.generation(),
                    before);
            generations.put(routed.router(), routed.generation());
            divisions
                    .computeIfAbsent(routed.router(), unused -> new LinkedHashSet<>())
                    .add(routed.division());
            Map<Work, Seat> table =
                    tables.computeIfAbsent(routed.router(), unused -> new LinkedHashMap<>());
            Work work = new Work(routed.division(), routed.key());
            if (routed.member().isEmpty()) {
                table.remove(work);
            } else {
                table.put(work, new Seat(routed.member(), routed.token()));
            }
            return;
        }
        if (seen instanceof Observation.RouterGone gone) {
            tables.remove(gone.router());
            return;
        }
        Quiet quiet = world.quiet;
        if (quiet != null
                && quiet.at() != judgedQuiet
                && seen.at() >= quiet.by() + WITHIN_NANOS
                && !world.telling) {
            judgedQuiet = quiet.at();
            tables.forEach((router, table) -> compare(seen, router, table, world));
        }
    }

    private void compare(Observation seen, String router, Map<Work, Seat> table, World world) {
        for (Work work : world.wanted()) {
            // Of what it does not follow it tells nothing.
            if (!divisions.getOrDefault(router, Set.of()).contains(work.division())
                    || !world.partitions.containsKey(work.division())
                    || world.partitions.getOrDefault(work.division(), 0) == 0) {
                continue;
            }
            World.Owner owner = world.owners.get(work);
            boolean isOwned =
                    owner != null
                            && world.isLive(owner.member())
                            && owner.token() >>> ERA_SHIFT == world.era;
            Seat seat = table.get(work);
            Seat wanted =
                    owner == null || !isOwned ? null : new Seat(owner.member(), owner.token());
            boolean same = Objects.equals(wanted, seat);
            require(same, seen, "%s has %s for %s, whose owner is %s", router, seat, work, owner);
        }
    }
}
