/**
 * Jobs, decided: what a consumer reads, starts, interrupts and writes. Events and the time in,
 * effects out; no clock, thread, chance or I/O.
 *
 * <p><b>Overview.</b> {@code JobsMachine} is one consumer for its whole life. It has a {@code Part}
 * for each partition that it owns: where it has read to, what it knows to be unfinished ({@code
 * JobRun}), and what is to be written. Claiming a job writes nothing: a job that is known and not
 * finished is claimed, because nobody but the owner of its partition may start it.
 *
 * <p><b>The life of a job</b> in the shelves of the queue:
 *
 * <pre>
 *             read             ended well               kept a while
 *  WORK ──────────▶ running ───────────────▶ DONE ───────────────────▶ pruned
 *   ▲  ▲               │ failed, attempts left
 *   │  └───────────────┤ (put back, due later)
 *   │                  │ failed for the last time, or cannot be read
 *   │ retried by hand  ▼
 *   └─────────────── DEAD ───────▶ dropped
 * </pre>
 *
 * <p><b>Submitting.</b> {@code Submitting} decides for a producer which jobs go together and how
 * often they are sent, {@code Sending} what the answers to one batch mean. A batch depends on
 * something that it brings along, a ticket or the mark of a unique key, so that it takes effect
 * once. {@code Timetable} does the same for recurring jobs with how far their schedules have come.
 *
 * <p><b>Two traps of reading.</b> A page whose reading began before an entry was taken may still
 * show it: an entry that was taken while a reading was under way is remembered until the next
 * reading begins. And an entry may appear before one that was read already, since commits of
 * several writers become visible in any order: reading goes on a little before where it came to,
 * half a minute before it every few seconds, and by readings of their own from the very beginning
 * ({@code Sweeps}); what is known already is passed over.
 *
 * <p><b>Jobs that end their process.</b> Nothing is written before a job runs, as a rule. A job
 * that runs for longer than a second gets a mark; when an owner goes without releasing its
 * partition, marks count as attempts. When owners of a partition did so repeatedly, it is worked
 * through with care: one job alone at a time, with a mark before it begins.
 */
@NullMarked
package dev.roster.protocol.jobs;

import org.jspecify.annotations.NullMarked;
