package dev.roster.flow;

import java.util.concurrent.atomic.LongAdder;

/** Counts for a flow, from several threads. */
final class Tally {
    final LongAdder listed = new LongAdder();
    final LongAdder created = new LongAdder();
    final LongAdder updated = new LongAdder();
    final LongAdder deleted = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder rereads = new LongAdder();
    final LongAdder outages = new LongAdder();

    void count(FlowEvent event) {
        switch (event) {
            case FlowEvent.Listed one -> listed.increment();
            case FlowEvent.Created one -> created.increment();
            case FlowEvent.Updated one -> updated.increment();
            case FlowEvent.Deleted one -> deleted.increment();
        }
    }

    FlowCounts counts() {
        return new FlowCounts(
                listed.sum(),
                created.sum(),
                updated.sum(),
                deleted.sum(),
                failed.sum(),
                rereads.sum(),
                outages.sum());
    }
}
