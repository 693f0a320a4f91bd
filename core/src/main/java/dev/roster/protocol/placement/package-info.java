/**
 * The pure function from members and present placement to the next placement: which member should
 * hold which key.
 *
 * <p><b>Overview.</b> Planning is two questions. How many keys should each member hold? {@link
 * dev.roster.protocol.placement.Quotas} answers in proportion to capacity, or by affinity, and
 * prefers, of all equally balanced answers, the one that costs the fewest moves. Which keys? {@link
 * dev.roster.protocol.placement.StickyQuotaFill} leaves every key where it is as long as its member
 * is within its quota. Together they are balanced to a single key and move the theoretical minimum,
 * which hashing cannot: a ring with 160 points is 25 % off, rendezvous hashing 9 %, and Maglev's
 * table moves 4 to 6 times too much. Where keys differ in weight, {@link
 * dev.roster.protocol.placement.WeightedFill} does both at once, within a stated slack.
 *
 * <p><b>Identities.</b> Keys and members are indices. All planners must agree on what they stand
 * for: keys in sorted order, or the partitions of a key space by number; members in the order of
 * their ids. {@code -1} is nobody. The planner maps the member that is gone to nobody and the
 * survivors to their new indices before it asks.
 *
 * <p><b>Determinism.</b> Two planners with the same view must come to the same plan, on any JVM and
 * machine. So there is no floating point, no randomness and no hash table here; ties and draws are
 * decided by {@link dev.roster.protocol.placement.StableHash}. Products that exceed 64 bits are
 * computed exactly. A change of any result, however good, moves the keys of every group that is
 * upgraded: a test keeps a digest of results.
 *
 * <p><b>Hashes and seeds.</b> Derive a member's hash and the seed of a placement from the
 * division's name, so that of many small divisions not all choose the same members.
 *
 * <p><b>Cost.</b> O(keys + members * log members), a few arrays, no object by key.
 */
@NullMarked
package dev.roster.protocol.placement;

import org.jspecify.annotations.NullMarked;
