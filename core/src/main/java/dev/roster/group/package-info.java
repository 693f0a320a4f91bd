/**
 * Groups: members, leases, views and slots.
 *
 * <p><b>Overview.</b> {@link dev.roster.group.Group#join} makes a {@link dev.roster.group.Member}:
 * one joining, with its own event loop, that beats until it leaves. The members agree on numbered
 * views; a member's index in the active one is its {@link dev.roster.group.Slot}. What these
 * classes do themselves is little: they hand calls to the member's machine ({@code
 * dev.roster.protocol.MemberMachine}, which decides everything) and its effects to handlers and
 * listeners.
 *
 * <p><b>Identities.</b> A member is its incarnation, which is never used again. Its name is for
 * people and for inheriting work, and need not be unique. A member that was evicted while it lived
 * joins again by itself and is then the same {@code Member} object with another incarnation.
 *
 * <p><b>Who is authoritative.</b> The store: a member belongs to the group while its record is
 * there, unwritten since the joining, and a view is what the view record says. Whether the member
 * may act <em>now</em> it knows from its own clock alone, because asking would take time in which
 * the answer goes stale.
 *
 * <p><b>Threads.</b> Listeners are called on the event loop and return at once. Slot handlers and
 * ticks run on virtual threads. The barrier of a view waits for the slot handler, and not for
 * ticks.
 *
 * <p><b>Failures.</b> A store that does not answer makes a member {@code lost} when its lease is
 * over, and {@code regained} or joined anew when it is back; nothing is thrown at the caller for
 * it. Only joining, waiting for a slot and leaving block, and those have a time limit. A fault of
 * Roster's own ends the member: {@code lost}, then {@code left}.
 *
 * <p>In words and diagrams: docs/concepts/views-and-slots.md and docs/concepts/leases-and-time.md.
 */
@NullMarked
package dev.roster.group;

import org.jspecify.annotations.NullMarked;
