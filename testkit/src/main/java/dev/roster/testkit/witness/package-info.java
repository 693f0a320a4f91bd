/**
 * Histories of real processes, for the checkers that judge the simulation. Each process has a
 * {@link dev.roster.testkit.witness.Witness} that appends what happened to a file of its own; when
 * they are over, {@link dev.roster.testkit.witness.Testimony} brings the files together.
 *
 * <p>Times are {@link System#nanoTime}, which processes of one Linux host share.
 */
@NullMarked
package dev.roster.testkit.witness;

import org.jspecify.annotations.NullMarked;
