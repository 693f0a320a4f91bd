/**
 * A store on Redis or Valkey.
 *
 * <p><b>Overview.</b> {@link dev.roster.redis.RedisStore} keeps its keys under one hash tag, so
 * that one server has them all: a hash of entries, a sorted set that orders their keys, a stream of
 * what commits changed, and a hash that says which life of the store this is and at which revision.
 * All that reads or writes is a Lua script, which Redis runs in one step; the scripts are resources
 * beside the classes.
 *
 * <p><b>Who is authoritative.</b> The script, at the moment it runs. It asks the server for its
 * {@code run_id} each time, and begins another life when that is not the run in which the life was
 * begun, when the store's records are gone, or when the caller has seen more of this life than
 * there is. So a restart, a failover, a restored dump and FLUSHALL all end a life before anything
 * is written into the next.
 *
 * <p><b>Connections.</b> One for scripts, pipelined, with commits of all threads sent together; one
 * that listens, whose subscription to a channel of its own is the process's tie. Neither reconnects
 * or repeats by itself: what was sent on a connection that broke is unknown.
 *
 * <p><b>News.</b> A commit publishes its revision on a channel for the first byte of each key that
 * it wrote. That is a hint. What changed is read from the stream, in which revisions have no gaps;
 * a gap means that the watch has to read again. Once a second, while somebody watches, the store is
 * asked anyway.
 *
 * <p><b>Queues.</b> Of each shelf of a queue's partition there is a sorted set of places and a hash
 * of values, gone when they are empty. Nothing of them has a revision or is in the stream. Batches
 * of all threads go together in one script, which looks at the fences' keys and at the run itself,
 * so that a fence of a former run is refused before anybody has begun another life. Wakes are
 * published on a channel for each queue.
 */
@NullMarked
package dev.roster.redis;

import org.jspecify.annotations.NullMarked;
