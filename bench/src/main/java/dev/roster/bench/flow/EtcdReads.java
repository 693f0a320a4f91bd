package dev.roster.bench.flow;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The same keys, by jetcd. */
final class EtcdReads implements DriverReads {
    private static final String PREFIX = "roster:e:";

    private final Client client;

    /** With the first endpoint's URL. */
    EtcdReads(String url) {
        client = Client.builder().endpoints(url).build();
    }

    @Override
    public int entries(String from, String to) throws Exception {
        int all = 0;
        ByteSequence next = sequence(PREFIX + from);
        GetOption option =
                GetOption.builder()
                        .withRange(sequence(PREFIX + to))
                        .withLimit(PAGE)
                        .withSortField(GetOption.SortTarget.KEY)
                        .withSortOrder(GetOption.SortOrder.ASCEND)
                        .build();
        GetResponse page;
        do {
            page = client.getKVClient().get(next, option).get();
            all += page.getKvs().size();
            if (!page.getKvs().isEmpty()) {
                KeyValue last = page.getKvs().getLast();
                next = last.getKey().concat(ByteSequence.from(new byte[1]));
            }
        } while (page.isMore());
        return all;
    }

    @Override
    public int changes(String from, String to, long afterRevision, int howMany)
            throws InterruptedException {
        AtomicInteger all = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        WatchOption option =
                WatchOption.builder()
                        .withRange(sequence(PREFIX + to))
                        .withRevision(afterRevision + 1)
                        .build();
        try (Watch.Watcher watcher =
                client.getWatchClient()
                        .watch(
                                sequence(PREFIX + from),
                                option,
                                response -> {
                                    int size = response.getEvents().size();
                                    if (all.addAndGet(size) >= howMany) {
                                        enough.countDown();
                                    }
                                })) {
            boolean inTime = enough.await(60, TimeUnit.SECONDS);
            return inTime && !watcher.isClosed() ? all.get() : 0;
        }
    }

    private static ByteSequence sequence(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
