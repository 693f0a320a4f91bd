package dev.roster.testkit;

import dev.roster.store.Queue;
import dev.roster.store.Store;

/** The queues that the cases of the contract work with. */
interface QueueCases {
    /** The store that the queue is in. */
    Store store();

    /** The queue under test. */
    Queue queue();

    /** Another handle on the same queue, as another process would have. */
    Queue other();

    /** A queue of this name in the same store. */
    Queue named(String name);
}
