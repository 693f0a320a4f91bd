package dev.roster.bench.flow;

import dev.roster.flow.EndOfFlowException;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.store.Store;
import java.util.concurrent.atomic.AtomicInteger;

/** A process whose flow prints, of values that are times, how long ago each one was. */
public final class WatcherProcess {
    static final String PATH = "time";

    private WatcherProcess() {}

    /** With the store's URL and how many changes to wait for. */
    public static void main(String[] args) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[1]));
        try (Store store = Store.open(args[0])) {
            Flow flow = Flow.on(store).watch(PATH, event -> told(event, left));
            Thread.ofPlatform().daemon().start(() -> ready());
            flow.run();
        }
    }

    private static void ready() {
        try {
            Thread.sleep(500); // It watches by then.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.println("ready");
    }

    private static void told(FlowEvent event, AtomicInteger left) {
        long now = System.nanoTime();
        String value =
                switch (event) {
                    case FlowEvent.Listed one -> one.entry().value().toUtf8();
                    case FlowEvent.Created one -> one.entry().value().toUtf8();
                    case FlowEvent.Updated one -> one.entry().value().toUtf8();
                    case FlowEvent.Deleted one -> "";
                };
        System.out.println(now - Long.parseLong(value));
        if (left.decrementAndGet() == 0) {
            throw new EndOfFlowException();
        }
    }
}
