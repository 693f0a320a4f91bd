package dev.roster.store;

import dev.roster.Entry;
import dev.roster.StoreIdentity;
import java.util.List;

/**
 * Entries as they were together.
 *
 * @param entries in key order
 * @param revision the revision at which they were so
 * @param identity the store that they were read from
 */
public record Snapshot(List<Entry> entries, long revision, StoreIdentity identity) {
    public Snapshot {
        entries = List.copyOf(entries);
    }
}
