package dev.roster.jobs;

import dev.roster.group.Member;
import dev.roster.store.Store;

/** Where jobs begin: producers, consumers and administration of a queue, by its name. */
public final class Jobs {
    /** How many partitions a queue has if nobody says otherwise. */
    public static final int PARTITIONS = 32;

    /** Most partitions of a queue. */
    public static final int MOST_PARTITIONS = 10_000;

    private Jobs() {}

    /**
     * Makes a queue with another number of partitions than {@link #PARTITIONS}: the most members
     * that can share it, and more to look at. One that is there stays as it is.
     *
     * @return how many it has
     * @throws dev.roster.StoreUnavailableException the store does not answer
     */
    public static int create(Store store, String queue, int partitions) {
        try (QueueOf made = QueueOf.open(store, queue, partitions)) {
            return made.partitions;
        }
    }

    /**
     * Whether a queue was made.
     *
     * @throws dev.roster.StoreUnavailableException the store does not answer
     */
    public static boolean exists(Store store, String queue) {
        return QueueOf.exists(store, queue);
    }

    /**
     * Submits jobs to a queue, which is made if it is new.
     *
     * @throws dev.roster.InvalidInputException the name breaks a limit
     * @throws dev.roster.StoreUnavailableException the store does not answer
     */
    public static Producer producer(Store store, String queue) {
        return new Producer(QueueOf.open(store, queue, PARTITIONS));
    }

    /**
     * Does the jobs of a queue, as a member of a group. All consumers of a queue have to be of the
     * same group. Otherwise as {@link #producer}.
     */
    public static Consumer consumer(Member member, String queue) {
        return new Consumer(member, QueueOf.open(member.store(), queue, PARTITIONS));
    }

    /** Shows and changes what is in a queue. Otherwise as {@link #producer}. */
    public static JobsAdmin admin(Store store, String queue) {
        return new JobsAdmin(QueueOf.open(store, queue, PARTITIONS));
    }
}
