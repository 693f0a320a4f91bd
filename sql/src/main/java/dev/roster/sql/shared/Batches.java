package dev.roster.sql.shared;

import dev.roster.store.QueueResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of one caller; each has a result of its own. */
public final class Batches extends Request<List<QueueResult>> {
    private final List<EncodedBatch> batches;
    private final @Nullable QueueResult[] results;
    private int left;

    /** Asks for these. */
    public Batches(List<EncodedBatch> batches) {
        this.batches = List.copyOf(batches);
        this.results = new QueueResult[batches.size()];
        this.left = batches.size();
    }

    /** How many there are. */
    public int size() {
        return batches.size();
    }

    /** One of them. */
    public EncodedBatch get(int at) {
        return batches.get(at);
    }

    /** One of them has ended. When all have, the caller is answered. */
    public void ended(int at, QueueResult result) {
        boolean isLast;
        synchronized (results) {
            results[at] = result;
            left--;
            isLast = left == 0;
        }
        if (isLast) {
            answer(resultsOr(result));
        }
    }

    @Override
    protected List<QueueResult> notDone(String why) {
        return resultsOr(new QueueResult.NotApplied(why));
    }

    @Override
    protected List<QueueResult> unknown(String why) {
        return resultsOr(new QueueResult.Unknown(why));
    }

    private List<QueueResult> resultsOr(QueueResult other) {
        List<QueueResult> all = new ArrayList<>(results.length);
        synchronized (results) {
            for (QueueResult result : results) {
                all.add(result == null ? other : result);
            }
        }
        return all;
    }
}
