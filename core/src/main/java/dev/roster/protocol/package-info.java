/**
 * The deterministic core: events and the time in, effects out. No clock, thread, randomness or I/O;
 * a test looks. Exported to the test kit alone.
 *
 * <p><b>Overview.</b> {@code MemberMachine} is one member for its whole life. Its parts are
 * level-triggered: after each event each looks at what is known ({@code GroupState}) and does what
 * is due. {@code Membership} keeps the member in the group and knows until when it may act, {@code
 * Vigil} watches the others, {@code ViewGate} agrees on views, {@code Planner} says who should own
 * what, {@code Holdings} brings what this member owns in line with that, {@code Eras} deals with a
 * store that went back in time.
 *
 * <p><b>Knowledge.</b> A reading at one revision, the changes told since, and this member's own
 * commits, which it knows of before it is told. Knowledge may be old; it is never trusted beyond
 * choosing what to try, because every commit carries the conditions under which it is right.
 *
 * <p><b>Time.</b> All intervals come from the lease ({@code Timing}). {@code wakeAt} asks for a
 * call at a time, and {@code due} asks whether it has come.
 *
 * <p><b>Failures.</b> An answer that never comes is told as unknown, and what it was about shows in
 * the records. A record that cannot be read is reported and counts as absent or empty.
 *
 * <p>How the records lie in the store: {@code Layout}. Where each promise is enforced:
 * docs/architecture.md.
 */
@NullMarked
package dev.roster.protocol;

import org.jspecify.annotations.NullMarked;
