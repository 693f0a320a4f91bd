package dev.roster.flow;

import dev.roster.division.Ownership;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The events of one partition while this member owns it. Guarded by the flow's lock. */
final class OwnedPart {
    final Ownership ownership;
    final ArrayDeque<FlowEvent> waiting = new ArrayDeque<>();

    /** Open until nothing runs for it any more. */
    final CountDownLatch ended = new CountDownLatch(1);

    @Nullable Thread thread;
    boolean isOver;

    OwnedPart(Ownership ownership) {
        this.ownership = ownership;
    }
}
