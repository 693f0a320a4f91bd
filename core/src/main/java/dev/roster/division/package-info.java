/**
 * Divisions: who owns which key, and how it proves it.
 *
 * <p><b>Overview.</b> A {@link dev.roster.division.Division} is one member's part in a body of work
 * that is divided among a group. {@link dev.roster.division.Keys} is what there is to do, open to
 * anybody who reaches the store. An {@link dev.roster.division.Ownership} is what this member may
 * work on now, with its token and its fence. The caller says what to do with a key, by a {@link
 * dev.roster.division.WorkHandler} that runs as long as the work does, or by a {@link
 * dev.roster.division.DivisionListener} that is told to start and to stop.
 *
 * <p><b>Who is authoritative.</b> The plan says who should own a key, the owner record says who
 * does. Only the owner record gives rights, and only its owner writes and deletes it, on conditions
 * that make a second owner impossible. A planner that is wrong can waste a move and no more.
 *
 * <p><b>The life of an ownership.</b>
 *
 * <pre>
 *   claim applied          handler returned        recorded
 *  ─────────────▶ running ─────────────────▶ ending ────────▶ over: done, failed, given back
 *                    │ target is another, key removed,
 *                    │ member leaves, lease lost
 *                    ▼           handler returned, or stopWithin is over
 *                 stopping ─────────────────────────────────▶ over: released
 * </pre>
 *
 * <p><b>Identities.</b> An ownership is a key and a token. Keys that were claimed in one commit
 * share the number of their tokens; tokens are compared for one key only.
 *
 * <p><b>Failures.</b> Work is done at least once: what a handler did is recorded in a commit that
 * is refused if the ownership is over, and then the next owner does it again. A handler that throws
 * is called again after a back-off, by the same owner under the same token. A handler that does not
 * stop is reported, and its key goes on without it; its fence and its token are refused from then
 * on.
 *
 * <p>In words and diagrams: docs/concepts/handoff.md, docs/concepts/tokens-and-fences.md and
 * docs/concepts/placement.md.
 */
@NullMarked
package dev.roster.division;

import org.jspecify.annotations.NullMarked;
