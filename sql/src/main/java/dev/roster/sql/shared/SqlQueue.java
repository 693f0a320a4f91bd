package dev.roster.sql.shared;

import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.Limits;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueRefusedException;
import dev.roster.store.QueueResult;
import dev.roster.store.StoreLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/** A queue in a table of its own, with the keys of {@link PlaceKeys}. */
public abstract class SqlQueue implements Queue {
    /** What a batch can carry. */
    protected static final StoreLimits LIMITS = new StoreLimits(4000, Limits.VALUE_BYTES);

    /** What is sent at once; a call with more sends several. */
    private static final int CHUNK = 1000;

    private static final long CHUNK_BYTES = 1L << 20;

    /** Chunks of one call under way: enough that the writer never waits for the caller. */
    private static final int UNDER_WAY = 4;

    private final String name;
    private final PlaceKeys keys;
    private final Listeners listeners;
    private final Set<Waking> listening = ConcurrentHashMap.newKeySet();

    /** A queue of a store whose listeners these are. */
    protected SqlQueue(String name, Listeners listeners) {
        this.name = Limits.checkedName("queue name", name);
        this.keys = new PlaceKeys(name);
        this.listeners = listeners;
    }

    /** Hands batches to the one thread that writes, which answers them in any case. */
    protected abstract void send(Batches batches);

    /** The same for a caller who has nothing else to do until they are answered. */
    protected void sendAlone(Batches batches) {
        send(batches);
    }

    /** What is said when batches were not begun in time. */
    protected abstract String slow();

    /** Tells listeners of other processes. */
    protected abstract void tellOthers(Set<Integer> partitions);

    /** The keys of this queue's entries. */
    protected final PlaceKeys keys() {
        return keys;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final StoreLimits limits() {
        return LIMITS;
    }

    /**
     * The batch with its keys.
     *
     * @throws dev.roster.InvalidInputException it breaks a limit
     * @throws FencedException no store can meet its fences
     */
    public static EncodedBatch encoded(String queue, QueueBatch batch) {
        StoreLimits.check(batch, LIMITS);
        if (isOfSeveralStores(batch)) {
            throw new FencedException("The fences are of different stores: roll back.");
        }
        return new EncodedBatch(
                queue, new PlaceKeys(Limits.checkedName("queue name", queue)), batch);
    }

    /**
     * Returns if a batch was applied in a transaction of the application's.
     *
     * @throws FencedException a fence does not hold
     * @throws QueueRefusedException something else does not
     */
    public static void require(QueueResult result) {
        switch (result) {
            case QueueResult.Applied applied -> {
                return;
            }
            case QueueResult.Fenced fenced ->
                    throw new FencedException("Fenced (%s): roll back.".formatted(fenced.why()));
            case QueueResult.Refused refused -> throw new QueueRefusedException(refused.failed());
            case QueueResult.NotApplied not -> throw new StoreUnavailableException(not.why());
            case QueueResult.Unknown unknown -> throw new StoreUnavailableException(unknown.why());
        }
    }

    /** Whether no store can meet all fences of a batch. */
    private static boolean isOfSeveralStores(QueueBatch batch) {
        List<Fence> fences = batch.fences();
        return fences.size() > 1 && fences.stream().map(Fence::store).distinct().count() > 1;
    }

    @Override
    public final List<QueueResult> apply(List<QueueBatch> batches) {
        for (QueueBatch batch : batches) {
            StoreLimits.check(batch, LIMITS);
        }
        QueueResult[] results = new QueueResult[batches.size()];
        ArrayDeque<Sent> underWay = new ArrayDeque<>();
        List<Integer> places = new ArrayList<>();
        List<EncodedBatch> chunk = new ArrayList<>();
        int size = 0;
        long bytes = 0;
        for (int at = 0; at < results.length; at++) {
            QueueBatch batch = batches.get(at);
            if (isOfSeveralStores(batch)) {
                results[at] = new QueueResult.Fenced("the fences are of different stores");
            } else if (batch.fences().isEmpty() && batch.size() == 0) {
                results[at] = new QueueResult.Applied();
                wake(batch.wakes());
            } else {
                EncodedBatch encoded = new EncodedBatch(name, keys, batch);
                if (size > 0 && (size + batch.size() > CHUNK || bytes > CHUNK_BYTES)) {
                    send(places, chunk, underWay, results);
                    places = new ArrayList<>();
                    chunk = new ArrayList<>();
                    size = 0;
                    bytes = 0;
                }
                places.add(at);
                chunk.add(encoded);
                size += batch.size();
                bytes += encoded.bytes();
            }
        }
        if (!chunk.isEmpty() && underWay.isEmpty()) {
            Batches request = new Batches(chunk);
            sendAlone(request);
            take(new Sent(request, places), results);
        } else if (!chunk.isEmpty()) {
            send(places, chunk, underWay, results);
        }
        while (!underWay.isEmpty()) {
            take(underWay.remove(), results);
        }
        return List.of(results);
    }

    /** Batches that were sent, and where their results belong. */
    private record Sent(Batches batches, List<Integer> places) {}

    private void send(
            List<Integer> places,
            List<EncodedBatch> chunk,
            ArrayDeque<Sent> underWay,
            QueueResult[] results) {
        if (underWay.size() >= UNDER_WAY) {
            take(underWay.remove(), results);
        }
        Batches request = new Batches(chunk);
        underWay.add(new Sent(request, places));
        send(request);
    }

    private void take(Sent sent, QueueResult[] results) {
        List<QueueResult> ended = sent.batches().await(slow());
        for (int at = 0; at < ended.size(); at++) {
            results[sent.places().get(at)] = ended.get(at);
        }
    }

    private void wake(Set<Integer> partitions) {
        if (!partitions.isEmpty()) {
            listeners.tell(name, partitions);
            tellOthers(partitions);
        }
    }

    /** The first key of each range. */
    protected final byte[][] from(List<QueueRange> ranges) {
        return ranges.stream().map(keys::from).toArray(byte[][]::new);
    }

    /** The first key after each range. */
    protected final byte[][] to(List<QueueRange> ranges) {
        return ranges.stream().map(keys::to).toArray(byte[][]::new);
    }

    @Override
    public final Waking listen(IntConsumer woken) {
        Waking waking = listeners.listen(name, woken);
        listening.add(waking);
        return () -> {
            listening.remove(waking);
            waking.close();
        };
    }

    @Override
    public final void close() {
        listening.forEach(Waking::close);
        listening.clear();
    }
}
