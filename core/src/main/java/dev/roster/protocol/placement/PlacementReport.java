package dev.roster.protocol.placement;

/**
 * What a new placement costs and how even it is.
 *
 * @param moves keys whose member is another than before, first placements and losses included
 * @param fewestMoves as few as any placement that satisfies the quotas can have
 * @param unplaced keys without a member
 * @param fewestHeld keys of the member that holds the fewest, of those with a quota
 * @param mostHeld keys of the member that holds the most
 */
public record PlacementReport(
        int moves, int fewestMoves, int unplaced, int fewestHeld, int mostHeld) {

    public static PlacementReport of(int[] previous, int[] next, int[] quota) {
        int moves = 0;
        int orphans = 0;
        int unplaced = 0;
        for (int k = 0; k < next.length; k++) {
            moves += next[k] == previous[k] ? 0 : 1;
            orphans += previous[k] == StickyQuotaFill.NOBODY ? 1 : 0;
            unplaced += next[k] == StickyQuotaFill.NOBODY ? 1 : 0;
        }
        int[] before = StickyQuotaFill.held(previous, quota.length);
        int[] after = StickyQuotaFill.held(next, quota.length);
        int surplus = 0;
        long room = 0;
        int fewestHeld = Integer.MAX_VALUE;
        int mostHeld = 0;
        for (int m = 0; m < quota.length; m++) {
            surplus += Math.max(0, before[m] - quota[m]);
            room += Math.max(0, quota[m] - before[m]);
            mostHeld = Math.max(mostHeld, after[m]);
            if (quota[m] > 0) {
                fewestHeld = Math.min(fewestHeld, after[m]);
            }
        }
        // Surplus keys move in any case, if only to nobody; orphans do as far as there is room for
        // them.
        int placeable = (int) Math.min(orphans, Math.max(0, room - surplus));
        int fewestMoves = surplus + placeable;
        return new PlacementReport(
                moves, fewestMoves, unplaced, Math.min(fewestHeld, mostHeld), mostHeld);
    }

    /** By how many keys the fullest and the emptiest member differ. */
    public int spread() {
        return mostHeld - fewestHeld;
    }
}
