/**
 * Flow: handlers on what the store holds, and on what changes.
 *
 * <p><b>Overview.</b> A {@link dev.roster.flow.Flow} calls handlers for what lies below a path:
 * what is there, what changes, or both. A {@link dev.roster.flow.DividedFlow} does so in a group,
 * where each member gets the keys that it owns. {@link dev.roster.flow.Values} is a small typed
 * view of the store, for those who want to put something there to be watched.
 *
 * <p><b>No gap, nothing twice.</b> A path is read in pages, each at a later revision than the one
 * before, and its changes are followed from the revision of the first page. A change whose key lies
 * in a page that was read at the change's revision or later is passed over, because the page had
 * it.
 *
 * <p><b>When changes are missed</b> (the store compacts its history, or is another one by now), the
 * path is read again, and compared with what the flow knows to be there: what is new, what was
 * written again and what is gone is told. So a watching flow remembers all keys below its path,
 * about 200 bytes each.
 *
 * <p><b>Back-pressure.</b> A flow asks for the next changes when the handlers have returned for the
 * last ones. There is no queue that could overflow: what waits, waits in the store's history.
 *
 * <p><b>Failures.</b> An outage is waited out; the watch goes on where it was. A handler that
 * throws is reported and counted, and the event counts as handled. An event may be handled twice
 * when the process that handled it ends: what has to happen once is done under a condition in the
 * store.
 */
@NullMarked
package dev.roster.flow;

import org.jspecify.annotations.NullMarked;
