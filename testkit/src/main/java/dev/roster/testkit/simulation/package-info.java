/**
 * Whole groups in one thread on virtual time: real protocol, simulated store, clocks, network,
 * processes and handlers, and faults drawn from a seed. The promises are checked after every event.
 *
 * <p>A run is decided by its seed alone. {@link dev.roster.testkit.simulation.Scenario#draw}
 * derives the whole configuration from it; each component has a generator of its own, split from
 * the seed by name, so that a component that draws once more changes no other. Nothing reads the
 * machine's clock, and nothing is iterated whose order is not fixed.
 *
 * <p>A run has phases: the group forms; faults come; they end, and the group has to converge within
 * a bound; members join and leave gracefully, and keys have to move without a gap; all leave, and
 * nothing may be left over. A run for safety alone ends with the faults, which are denser then.
 */
@NullMarked
package dev.roster.testkit.simulation;

import org.jspecify.annotations.NullMarked;
