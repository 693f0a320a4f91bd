package dev.roster.bench.queue;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.store.Queue;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Measures puts and takes of queues on each store, the store's own kind beside the general one. */
public final class QueuePart implements Part {
    private static final long MILLIS = 600;
    private static final long WARMING_MILLIS = 500;

    /** Both kinds take turns, so that both meet the same weather. */
    private static final int ROUNDS = 3;

    private static final List<Integer> SIZES = List.of(1, 32, 500);
    private static final List<Integer> CALLERS = List.of(1, 8);

    /** Those whose queues are the general ones. */
    private static final List<String> GENERAL_ONLY = List.of("memory", "etcd");

    private static final String HEAD =
            """
            | store | entries in a batch | callers | put a second, general | own | × | taken a second, general | own | × |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """;

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String summary() {
        return "puts and takes of queues, on every store, in its own way and the general (4 min)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        StringBuilder rows = new StringBuilder(HEAD);
        List<String> stores = new ArrayList<>(StoreServers.chosen());
        stores.addFirst("memory");
        try (StoreServers servers = new StoreServers(directory)) {
            for (String store : stores) {
                String url = store.equals("memory") ? "memory:" : servers.url(store);
                try (Store opened = Store.open(url)) {
                    measure(store, opened, rows);
                }
            }
        }
        return rows.toString();
    }

    private static void measure(String name, Store store, StringBuilder rows)
            throws InterruptedException {
        List<Queue> queues = new ArrayList<>();
        queues.add(Queue.over(store, "general", InstantSource.system()));
        if (!GENERAL_ONLY.contains(name)) {
            queues.add(store.queue("own"));
        }
        for (Queue queue : queues) {
            for (int size : List.of(1, 500)) {
                double[] unused = rates(new Traffic(store, queue, size, 8), WARMING_MILLIS);
            }
        }
        for (int size : SIZES) {
            for (int callers : CALLERS) {
                List<List<double[]>> rates = new ArrayList<>();
                queues.forEach(queue -> rates.add(new ArrayList<>()));
                for (int round = 0; round < ROUNDS; round++) {
                    for (int kind = 0; kind < queues.size(); kind++) {
                        Traffic traffic = new Traffic(store, queues.get(kind), size, callers);
                        rates.get(kind).add(rates(traffic, MILLIS));
                    }
                }
                rows.append("| %s | %d | %d |".formatted(name, size, callers));
                for (int what = 0; what < 2; what++) {
                    double general = median(rates.getFirst(), what);
                    double own = median(rates.getLast(), what);
                    rows.append(" %.0f |".formatted(general));
                    rows.append(
                            rates.size() == 1
                                    ? "  |  |"
                                    : " %.0f | %.1f |".formatted(own, own / general));
                }
                rows.append('\n');
            }
        }
    }

    private static double median(List<double[]> rates, int what) {
        return Samples.of(rates.stream().map(one -> one[what]).toList()).median();
    }

    /** Of puts, and of takes of what was put. */
    private static double[] rates(Traffic traffic, long millis) throws InterruptedException {
        double put = traffic.put(millis);
        double taken = traffic.take(millis);
        traffic.clear();
        return new double[] {put, taken};
    }
}
