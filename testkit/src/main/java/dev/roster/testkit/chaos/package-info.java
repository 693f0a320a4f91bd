/**
 * Chaos: real processes and a real server, treated badly, and judged by the checkers of the
 * simulation.
 *
 * <p><b>Who plays.</b> A few {@linkplain dev.roster.testkit.chaos.ChaosMember member processes},
 * each with a proxy of its own between itself and the store; an {@linkplain
 * dev.roster.testkit.chaos.ChaosOnlooker onlooker} that is no member; the store's server; and a
 * {@linkplain dev.roster.testkit.chaos.ChaosReferee referee process}, the guarded resource, to
 * which nothing is done. Members and the onlooker route, send each other requests, write below a
 * path and follow it. {@link dev.roster.testkit.chaos.ChaosRun} starts them and carries out a
 * {@link dev.roster.testkit.chaos.Plan}, drawn from a seed: one fault after the other, each
 * followed by a time in which the group has to come to rest.
 *
 * <p><b>What is judged.</b> Each process writes its history to a file: what it did, what it was
 * answered by the store, what the referee accepted and refused. {@link
 * dev.roster.testkit.witness.Chronicle} makes one of them. The same seed gives the same plan; what
 * processes and networks make of it differs, so a run that failed is kept and can be judged again.
 */
@NullMarked
package dev.roster.testkit.chaos;

import org.jspecify.annotations.NullMarked;
