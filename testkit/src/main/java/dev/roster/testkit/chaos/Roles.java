package dev.roster.testkit.chaos;

import dev.roster.testkit.witness.StoreKeys;
import java.time.Duration;

/**
 * What the members of a run have in common.
 *
 * @param group the group's name
 * @param lease its lease
 */
record Roles(String group, Duration lease) {
    /** A division that is a key space. */
    static final String SPACE = "space";

    static final int PARTITIONS = 24;

    /** A division that is a key list. */
    static final String LIST = "list";

    static final int KEYS = 8;

    /** A queue of jobs. */
    static final String QUEUE = "errands";

    /** The division that shares it out. */
    static final String QUEUE_DIVISION = "jobs/" + QUEUE;

    static final int QUEUE_PARTITIONS = 8;

    StoreKeys keys() {
        return new StoreKeys(group);
    }
}
