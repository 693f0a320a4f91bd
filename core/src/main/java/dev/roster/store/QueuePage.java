package dev.roster.store;

import java.util.List;

/**
 * What a {@link Queue} read.
 *
 * @param entries of each range, in the order asked for, its entries in the order of their places
 * @param now the store's clock when it read, in microseconds since 1970
 */
public record QueuePage(List<List<QueueEntry>> entries, long now) {
    public QueuePage {
        entries = entries.stream().map(List::copyOf).toList();
    }
}
