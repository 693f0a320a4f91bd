package dev.roster.testkit;

import dev.roster.store.Store;

/** The stores that the cases of the contract work with. */
interface StoreCases {
    /** The store under test. */
    Store store();

    /** Another handle on the same content, as another process would have. */
    Store other();
}
