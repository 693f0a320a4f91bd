/**
 * A store on etcd 3.4 and later.
 *
 * <p><b>Overview.</b> A commit is one transaction of etcd, a revision is etcd's, and a watch is
 * etcd's with watchdogs of our own. etcd is spoken to by gRPC, with the few messages that are
 * needed written here: that leaves nothing between this store and the wire which could send a
 * commit twice.
 *
 * <p><b>Identities.</b> A record of the namespace names the store's life, and each commit compares
 * it. A second one is written by each commit that changes something, so that its revision is that
 * of the last commit: a commit that compares it with what the process has seen is refused by an
 * etcd that went back in time, in the same step. Who finds that begins another life.
 *
 * <p><b>Failures.</b> What never left the process is {@code Failed}, and may be tried at another
 * server. What left and was not answered is {@code Unknown}. Nothing is ever sent twice, but what
 * etcd refused for an expired login, which it does before it does anything.
 *
 * <p><b>Leases.</b> etcd's own are not used: they are prolonged by every change of leader, and
 * releases up to 3.4.30 and 3.5.12 could take them back early. Members are judged by observers, as
 * on every store.
 */
@NullMarked
package dev.roster.etcd;

import org.jspecify.annotations.NullMarked;
