package dev.roster.store;

/**
 * How a store tells that a process is gone before its lease has run out: a lock that the kernel
 * drops, a connection that breaks. A hint, never a proof of more than the tie's own breaking.
 */
public interface Ties {
    /** A store that cannot tell. */
    Ties NONE =
            new Ties() {
                @Override
                public String own() {
                    return "";
                }

                @Override
                public State state(String tie) {
                    return State.UNKNOWN;
                }
            };

    /** The name of this process's own tie, the same for the life of the store; "" for none. */
    String own();

    /**
     * What is known of the process that holds a tie; of the own one, whether it holds. Quick: no
     * more than a system call or two. Never throws, not after the store was closed either.
     */
    State state(String tie);

    /** What a tie tells. */
    enum State {
        /** The tie holds, so the process exists. */
        HELD,
        /**
         * The tie broke, so the process is gone, or will see that its tie is. In the first seconds
         * this is no older than a tenth of a second: the tie may be made again.
         */
        BROKEN,
        /**
         * Of the own tie only: it broke while the process lives, and is being made again under the
         * same name. Others may take it for broken, so its members must not act until it holds.
         */
        MENDING,
        /** Cannot be told from here. */
        UNKNOWN
    }
}
