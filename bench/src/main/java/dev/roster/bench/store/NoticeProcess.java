package dev.roster.bench.store;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;

/** A process that watches keys whose values are times, and prints how long ago each one was. */
public final class NoticeProcess {
    static final String PREFIX = "time/";

    private NoticeProcess() {}

    /** With the store's URL and how many changes to wait for. */
    public static void main(String[] args) throws InterruptedException {
        int left = Integer.parseInt(args[1]);
        try (Store store = Store.open(args[0]);
                Watch watch =
                        store.watch(
                                Range.prefix(PREFIX),
                                store.read(Range.prefix(PREFIX)).revision())) {
            System.out.println("ready");
            while (left > 0) {
                Watch.Batch batch = watch.next(Duration.ofSeconds(10));
                long now = System.nanoTime();
                if (!(batch instanceof Watch.Batch.Changes changes)
                        || changes.changes().isEmpty()) {
                    throw new IllegalStateException("No change within 10 s: " + batch);
                }
                for (Change change : changes.changes()) {
                    Entry entry = change.now();
                    if (entry != null) {
                        System.out.println(now - Long.parseLong(entry.value().toUtf8()));
                        left--;
                    }
                }
            }
        }
    }
}
