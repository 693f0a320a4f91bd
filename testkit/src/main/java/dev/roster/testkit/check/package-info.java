/**
 * What Roster promises, each statement one checker, named after its id.
 *
 * <p>A run is a list of {@link dev.roster.testkit.check.Observation observations}: what the store
 * applied, what processes said of themselves, what a guarded resource accepted. The simulation
 * makes them on virtual time; processes of a real group write them as lines ({@link
 * dev.roster.testkit.check.History}) by a clock they share. The checkers cannot tell which.
 *
 * <p>Two tiers. <em>Tier A</em> holds whatever clocks and processes do, because the store or the
 * resource checks a token. <em>Tier B</em> ("no two at one instant") holds while the rates of
 * clocks are within the tolerance; a run outside leaves those checkers out.
 *
 * <p>{@link dev.roster.testkit.check.World} is what the observations add up to so far. A checker is
 * shown each observation together with the world <em>before</em> it, and keeps of its own only what
 * the world forgets.
 */
@NullMarked
package dev.roster.testkit.check;

import org.jspecify.annotations.NullMarked;
