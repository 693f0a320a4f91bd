package dev.roster.sql.shared;

import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueResult.Refused.Failed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A batch with the keys of its places. */
public final class EncodedBatch {
    private final String queue;
    private final QueueBatch batch;
    private final byte[][] conditionKeys;
    private final byte[][] operationKeys;
    private final long bytes;
    private String @Nullable [] conditionNames;
    private String @Nullable [] operationNames;

    /** Encodes a batch for the queue of this name. */
    public EncodedBatch(String queue, PlaceKeys keys, QueueBatch batch) {
        this.queue = queue;
        this.batch = batch;
        conditionKeys = new byte[batch.conditions().size()][];
        operationKeys = new byte[batch.operations().size()][];
        for (int at = 0; at < conditionKeys.length; at++) {
            QueueCondition condition = batch.conditions().get(at);
            conditionKeys[at] =
                    keys.key(condition.partition(), condition.shelf(), condition.place());
        }
        long values = 0;
        for (int at = 0; at < operationKeys.length; at++) {
            QueueOperation operation = batch.operations().get(at);
            operationKeys[at] =
                    keys.key(operation.partition(), operation.shelf(), operation.place());
            if (operation instanceof QueueOperation.Put put) {
                values += put.entry().value().size();
            }
        }
        bytes = values;
    }

    /** The queue's name. */
    public String queue() {
        return queue;
    }

    /** The batch. */
    public QueueBatch batch() {
        return batch;
    }

    /** The conditions, in the order of {@link #conditionKey}. */
    public List<QueueCondition> conditions() {
        return batch.conditions();
    }

    /** The operations, in the order of {@link #operationKey}. */
    public List<QueueOperation> operations() {
        return batch.operations();
    }

    /** The key that a condition looks at. */
    public byte[] conditionKey(int at) {
        return conditionKeys[at];
    }

    /** The key that an operation writes. */
    public byte[] operationKey(int at) {
        return operationKeys[at];
    }

    /**
     * What the conditions look at, {@linkplain #comparable comparable}. For the thread alone that
     * has begun the batch, as the next.
     */
    public String[] conditionNames() {
        String[] names = conditionNames;
        if (names == null) {
            names = names(conditionKeys);
            conditionNames = names;
        }
        return names;
    }

    /** What the operations write, comparable. */
    public String[] operationNames() {
        String[] names = operationNames;
        if (names == null) {
            names = names(operationKeys);
            operationNames = names;
        }
        return names;
    }

    private static String[] names(byte[][] keys) {
        String[] names = new String[keys.length];
        for (int at = 0; at < names.length; at++) {
            names[at] = comparable(keys[at]);
        }
        return names;
    }

    /** How large the values are together. */
    public long bytes() {
        return bytes;
    }

    /** A key as something that can be compared. */
    public static String comparable(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }

    /** The places whose {@linkplain #comparable keys} these are. */
    public List<Failed> failed(Set<String> keys) {
        List<Failed> failed = new ArrayList<>();
        for (int at = 0; at < conditionKeys.length; at++) {
            QueueCondition of = batch.conditions().get(at);
            Failed place = new Failed(of.partition(), of.shelf(), of.place());
            if (keys.contains(comparable(conditionKeys[at])) && !failed.contains(place)) {
                failed.add(place);
            }
        }
        for (int at = 0; at < operationKeys.length; at++) {
            if (batch.operations().get(at) instanceof QueueOperation.Take of
                    && keys.contains(comparable(operationKeys[at]))) {
                failed.add(new Failed(of.partition(), of.shelf(), of.place()));
            }
        }
        return failed;
    }
}
