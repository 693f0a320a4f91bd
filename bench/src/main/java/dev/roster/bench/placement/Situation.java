package dev.roster.bench.placement;

import dev.roster.protocol.placement.PlacementReport;
import dev.roster.protocol.placement.Quotas;
import dev.roster.protocol.placement.StableHash;
import dev.roster.protocol.placement.StickyQuotaFill;
import java.util.Arrays;

/** A balanced placement, and what is found of it after a change. All members are equal. */
final class Situation {
    private static final long SEED = 42;

    private final int members;
    private final int[] previous;
    private final long[] capacity;
    private final long[] memberHash;

    private Situation(int members, int[] previous) {
        this.members = members;
        this.previous = previous;
        this.capacity = new long[members];
        this.memberHash = new long[members];
        Arrays.fill(capacity, 1);
        Arrays.setAll(memberHash, m -> StableHash.of(m, SEED));
    }

    static Situation after(Change change, int keys, int membersBefore) {
        int[] found = new int[keys];
        Arrays.fill(found, StickyQuotaFill.NOBODY);
        int membersAfter = change.membersAfter(membersBefore);
        if (change != Change.FROM_NOTHING) {
            int[] before = new Situation(membersBefore, found).place();
            Arrays.setAll(
                    found, k -> before[k] < membersAfter ? before[k] : StickyQuotaFill.NOBODY);
        }
        return new Situation(membersAfter, found);
    }

    int members() {
        return members;
    }

    int[] previous() {
        return previous;
    }

    /** All that a planner does: counts, quotas, placement. */
    int[] place() {
        return StickyQuotaFill.assign(previous, quotas(), SEED);
    }

    private int[] quotas() {
        int[] have = StickyQuotaFill.held(previous, members);
        return Quotas.proportional(previous.length, capacity, have, memberHash);
    }

    /** Compares with the balanced placement that moves the fewest keys. */
    PlacementReport report(int[] next) {
        return PlacementReport.of(previous, next, quotas());
    }
}
