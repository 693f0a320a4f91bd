package dev.roster.protocol.placement;

/**
 * Where weighted keys go.
 *
 * @param next the member of each key, or {@link StickyQuotaFill#NOBODY} if no member has capacity
 * @param hot the keys too heavy for every member, ascending; they are placed all the same
 */
@SuppressWarnings("ArrayRecordComponent") // a result to read, never compared
public record WeightedPlacement(int[] next, int[] hot) {}
