/**
 * The store interface: an ordered, transactional, watchable key-value space.
 *
 * <p><b>Overview.</b> {@link dev.roster.store.Store} has eight methods and speaks of storage only:
 * leases, views, tokens and owners are built on it by the protocol, once, for all stores. {@link
 * dev.roster.store.MemoryStore} is the model that others are compared with.
 *
 * <p><b>What everything rests on.</b> Three things, which no store may bend:
 *
 * <ul>
 *   <li>A commit's operations happen together, and only if all its conditions hold at that moment.
 *   <li>Revisions grow, and become visible in their order, so that a watch which has seen one has
 *       missed none before it.
 *   <li>What a commit answers is true. {@link dev.roster.CommitResult.Failed} promises that nothing
 *       happened and nothing will; whoever does not know says {@link
 *       dev.roster.CommitResult.Unknown}.
 * </ul>
 *
 * <p><b>Identities.</b> A {@link dev.roster.StoreIdentity} is one life of a store. It changes when
 * the content may have gone back in time, and a commit that names another one is refused. {@link
 * dev.roster.store.Ties Ties} tell that a process is gone: a hint that makes takeover faster.
 *
 * <p><b>Failures.</b> Reads and watches throw {@link dev.roster.StoreUnavailableException} when
 * they may be tried again; opening throws {@link dev.roster.StoreRefusedException} when something
 * has to be changed first. A commit returns how it ended, because all its ends are ordinary.
 *
 * <p>How to add one: CONTRIBUTING.md.
 */
@NullMarked
package dev.roster.store;

import org.jspecify.annotations.NullMarked;
