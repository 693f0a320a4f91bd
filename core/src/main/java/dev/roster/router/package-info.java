/**
 * Routing: who owns a key now, from a local table.
 *
 * <p><b>Overview.</b> A {@link dev.roster.router.Router} follows the group's records and keeps a
 * {@link dev.roster.router.Routes} table: a routing key is hashed to a partition, and the partition
 * has a {@link dev.roster.router.Route}. Anybody who reaches the store can have one. {@link
 * dev.roster.router.RoutesChanged} tells what moved.
 *
 * <p><b>Who is authoritative.</b> The owner record in the store, as everywhere. A table is what it
 * was at one revision: the generation says which. It gives no rights. So the owner looks whether it
 * owns the key before it acts ({@link dev.roster.router.Router#own}), acts under the ownership's
 * fence, and otherwise answers {@link dev.roster.router.NotOwnerException} with the generation by
 * which it knows.
 *
 * <p><b>Generations.</b> The era's ordinal above, the revision of the commit below, as in tokens: a
 * table of a larger generation is later, in whatever process, and two of one generation are equal.
 * When the store went back in time, tables stay what they were until the members have begun an era.
 *
 * <p><b>A request's way.</b>
 *
 * <pre>
 *   table has an owner ──▶ sent ──▶ answered: over
 *       ▲        │           │ not the owner, from generation g
 *       │        ▼           ▼
 *       │   nobody: wait   read the store, unless the table is of g or later
 *       └────────┴───────────┘        at most three sendings, then NoOwnerException
 * </pre>
 *
 * <p><b>Failures.</b> While the store is away the table stays, and says how old it is. A request
 * whose answer is lost is never sent again by the router: only the caller knows whether twice does
 * harm.
 */
@NullMarked
package dev.roster.router;

import org.jspecify.annotations.NullMarked;
