package dev.roster.bench.flow;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.bench.ChildJvm;
import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.bench.Table;
import dev.roster.flow.EndOfFlowException;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures flows on each store: events listed and watched, and how soon one is told. */
public final class FlowPart implements Part {
    private static final int ENTRIES = 20_000;
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 7;
    private static final int NOTICES = 300;

    /** A notice may take this long, in the middle. */
    private static final double NOTICE_MILLIS = 5;

    @Override
    public String name() {
        return "flow";
    }

    @Override
    public String summary() {
        return "events that a flow tells, and how soon, on each store (3 min)";
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        Table table = new Table();
        try (StoreServers servers = new StoreServers(directory)) {
            for (String name : StoreServers.chosen()) {
                String url = servers.url(name);
                throughput(table, name, url);
                notices(table, name, url);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        return table.markdown();
    }

    private static void throughput(Table table, String name, String url) throws Exception {
        List<Double> listed = new ArrayList<>();
        List<Double> watched = new ArrayList<>();
        List<Double> rawListed = new ArrayList<>();
        List<Double> rawWatched = new ArrayList<>();
        try (Store store = Store.open(url);
                DriverReads driver = DriverReads.of(name, url)) {
            write(store, "list/");
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                String path = "watch" + (round + WARM_UP);
                double list = list(store);
                long begin = System.nanoTime();
                double rawList = perSecond(driver.entries("list/", "list0"), begin);
                long revision = store.read(Range.key("list/")).revision();
                double watch = watch(store, path);
                begin = System.nanoTime();
                int changes = driver.changes(path + "/", path + "0", revision, ENTRIES);
                double rawWatch = perSecond(changes, begin);
                if (changes < ENTRIES) {
                    throw new IllegalStateException("the driver read " + changes + " changes");
                }
                if (round >= 0) {
                    listed.add(list);
                    watched.add(watch);
                    rawListed.add(rawList);
                    rawWatched.add(rawWatch);
                }
            }
        }
        add(table, name + ": events listed", listed);
        add(table, name + ", bare driver: the same entries read", rawListed);
        ratio(table, name + ": listed, of the bare driver", listed, rawListed);
        add(table, name + ": events watched, of a backlog", watched);
        add(table, name + ", bare driver: the same changes read", rawWatched);
        ratio(table, name + ": watched, of the bare driver", watched, rawWatched);
    }

    private static void ratio(Table table, String what, List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(ours.get(round) / theirs.get(round));
        }
        table.add(what, "", Samples.of(ratios));
    }

    private static void add(Table table, String what, List<Double> perSecond) {
        table.add(what, "a second", Samples.of(perSecond));
    }

    private static void write(Store store, String prefix) {
        int batch = Math.min(100, store.limits().operations());
        for (int from = 0; from < ENTRIES; from += batch) {
            List<Operation> operations = new ArrayList<>();
            for (int k = from; k < from + batch; k++) {
                operations.add(
                        new Operation.Put(prefix + "%06d".formatted(k), Bytes.utf8("value " + k)));
            }
            if (!(store.commit(new Commit(null, List.of(), operations))
                    instanceof CommitResult.Applied)) {
                throw new IllegalStateException("not written");
            }
        }
    }

    private static double list(Store store) throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        long begin = System.nanoTime();
        Flow.on(store).list("list", event -> told.incrementAndGet()).run();
        return perSecond(told.get(), begin);
    }

    /** The flow's handler waits until all is written, so that nothing but telling is measured. */
    private static double watch(Store store, String path) throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        CountDownLatch watching = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Flow flow =
                Flow.on(store)
                        .follow(
                                path,
                                event -> {
                                    if (event instanceof FlowEvent.Listed) {
                                        return;
                                    }
                                    if (watching.getCount() > 0) {
                                        watching.countDown();
                                        written.await();
                                        return;
                                    }
                                    boolean counts = !event.key().endsWith("/begin");
                                    if (counts && told.incrementAndGet() == ENTRIES) {
                                        throw new EndOfFlowException();
                                    }
                                });
        Thread runs =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                flow.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        while (watching.getCount() > 0) {
            store.commit(
                    new Commit(
                            null,
                            List.of(),
                            List.of(new Operation.Put(path + "/begin", Bytes.EMPTY))));
            Thread.sleep(20);
        }
        write(store, path + "/");
        long begin = System.nanoTime();
        written.countDown();
        runs.join();
        return perSecond(ENTRIES, begin);
    }

    private static double perSecond(int events, long begin) {
        return events * 1e9 / (System.nanoTime() - begin);
    }

    private static void notices(Table table, String name, String url)
            throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        List<Long> commits = new ArrayList<>();
        try (Store store = Store.open(url);
                ChildJvm watcher =
                        ChildJvm.start(
                                WatcherProcess.class, List.of(url, Integer.toString(NOTICES)))) {
            watcher.answer();
            for (int n = 0; n < NOTICES; n++) {
                Thread.sleep(5 + n % 11);
                long begin = System.nanoTime();
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(
                                        new Operation.Put(
                                                WatcherProcess.PATH + "/" + n % 10,
                                                Bytes.utf8(Long.toString(begin))))));
                commits.add(System.nanoTime() - begin);
                nanos.add(Long.parseLong(watcher.answer()));
            }
        }
        Samples notices = Samples.millis(nanos);
        table.add(name + ": begin of a commit to the handler in another process", "ms", notices);
        table.add(name + ": the commit by itself", "ms", Samples.millis(commits));
        table.add(
                name + ": the same, less the commit's median",
                "ms",
                Math.max(0, notices.median() - Samples.millis(commits).median()),
                NOTICE_MILLIS);
    }
}
