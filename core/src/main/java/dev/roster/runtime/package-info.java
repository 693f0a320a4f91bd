/**
 * The one place with threads and clocks: carries out what the protocols decide. Not exported.
 *
 * <p><b>Overview.</b> A {@code MemberDriver} owns one machine and one event loop. It brings the
 * machine events (from watches, answers, callers, and the clock at least every 250 ms), one at a
 * time, and carries out the effects in their order. A {@code MemberSession} passes on to the group
 * and to each division what concerns them.
 *
 * <p><b>Threads.</b> The loop never blocks and never runs the caller's handlers. A {@code Tail}
 * waits in a watch, on a thread of its own. Commits wait on a pool, beats on a pool of their own,
 * so that nothing delays one. Handlers run on virtual threads. All are daemons.
 *
 * <p><b>The guard.</b> {@code Validity} is one volatile number, "may act until", that the loop
 * writes and callers read. It never lies further ahead than the longest pause that needs no
 * revalidation, so that when the loop stands still the guard says no by itself, before anything
 * that queued up meanwhile has run. {@code MonotonicClock} counts the time for which the machine
 * was suspended.
 *
 * <p><b>Failures.</b> A commit that has no answer in time counts as unknown, and its late answer is
 * dropped. An exception out of the machine is a broken belief: the member ends at once, with
 * nothing valid, and says so.
 */
@NullMarked
package dev.roster.runtime;

import org.jspecify.annotations.NullMarked;
