package dev.roster.jobs;

import dev.roster.Fence;
import dev.roster.division.Ownership;

/** The right to a job's partition. */
interface Tenure {
    /** Whether it may be acted on now. */
    boolean isValid();

    /** What the effects of the job can be made to depend on. */
    Fence fence();

    /** Larger than that of every earlier owner. */
    long token();

    /** That of a member. */
    static Tenure of(Ownership ownership) {
        return new Tenure() {
            @Override
            public boolean isValid() {
                return ownership.isValid();
            }

            @Override
            public Fence fence() {
                return ownership.fence();
            }

            @Override
            public long token() {
                return ownership.token();
            }
        };
    }
}
