package dev.roster.protocol;

import dev.roster.Condition;
import dev.roster.StoreIdentity;
import java.util.List;

/**
 * What has to be true in the store for an ownership or a slot to be current. A commit that carries
 * it takes effect only while it is.
 *
 * @param store the life of the store that it is about
 * @param conditions what has to hold there
 */
public record Proof(StoreIdentity store, List<Condition> conditions) {
    public Proof {
        conditions = List.copyOf(conditions);
    }
}
