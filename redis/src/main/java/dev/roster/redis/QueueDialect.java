package dev.roster.redis;

import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Batches of queues, as the script that applies them is told of them. */
final class QueueDialect implements Dialect<QueueDialect.Sent, QueueResult> {
    private static final int BATCHES = 500;

    /** Bytes that cost the server about what an operation does. */
    private static final int BYTES = 1024;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] PUT = {'p'};
    private static final byte[] TAKE = {'t'};
    private static final byte[] REMOVE = {'r'};
    private static final byte[] ABSENT = {'a'};
    private static final byte[] PRESENT = {'p'};
    private static final byte[] SAME = {'s'};

    private final Conversation conversation;

    QueueDialect(Conversation conversation) {
        this.conversation = conversation;
    }

    /** A batch of a queue. */
    record Sent(String queue, QueueBatch batch) {}

    @Override
    public int most() {
        return BATCHES;
    }

    @Override
    public int cost(Sent sent) {
        int bytes = 0;
        for (QueueOperation operation : sent.batch().operations()) {
            if (operation instanceof QueueOperation.Put put) {
                bytes += put.entry().value().size();
            }
        }
        return 1 + sent.batch().size() + bytes / BYTES;
    }

    @Override
    public CompletableFuture<List<Object>> send(Session session, List<Sent> all) {
        Message message = new Message(conversation, all.size());
        all.forEach(message::add);
        return session.run(Script.QUEUE_APPLY, message.keys(), message.arguments());
    }

    @Override
    public List<QueueResult> read(List<Sent> all, Answer answer) {
        List<QueueResult> results = new ArrayList<>(all.size());
        for (Sent sent : all) {
            results.add(result(sent.batch(), answer.list()));
        }
        return results;
    }

    private static QueueResult result(QueueBatch batch, Answer answer) {
        return switch ((int) answer.number()) {
            case 1 -> new QueueResult.Applied();
            case 2 -> new QueueResult.Fenced(answer.text());
            default -> {
                Set<QueueResult.Refused.Failed> failed = new LinkedHashSet<>();
                while (answer.hasNext()) {
                    failed.add(failed(batch, (int) answer.number() - 1));
                }
                yield new QueueResult.Refused(List.copyOf(failed));
            }
        };
    }

    private static QueueResult.Refused.Failed failed(QueueBatch batch, int number) {
        int conditions = batch.conditions().size();
        if (number < conditions) {
            QueueCondition condition = batch.conditions().get(number);
            return new QueueResult.Refused.Failed(
                    condition.partition(), condition.shelf(), condition.place());
        }
        QueueOperation operation = batch.operations().get(number - conditions);
        return new QueueResult.Refused.Failed(
                operation.partition(), operation.shelf(), operation.place());
    }

    @Override
    public QueueResult undone(String why) {
        return new QueueResult.NotApplied(why);
    }

    @Override
    public QueueResult unknown(String why) {
        return new QueueResult.Unknown(why);
    }

    /** The keys and arguments of one script. */
    private static final class Message {
        private final Names names;
        private final List<byte[]> keys = new ArrayList<>();
        private final List<byte[]> arguments = new ArrayList<>();
        private final Map<Where, byte[]> shelves = new LinkedHashMap<>();

        private record Where(String queue, int partition, Shelf shelf) {}

        Message(Conversation conversation, int batches) {
            names = conversation.names();
            keys.add(Names.bytes(names.meta()));
            keys.add(Names.bytes(names.entries()));
            Known.Seen seen = conversation.known().now();
            arguments.add(Names.bytes(seen.life()));
            arguments.add(Conversation.number(seen.highest()));
            arguments.add(Conversation.number(batches));
        }

        byte[][] keys() {
            return keys.toArray(byte[][]::new);
        }

        byte[][] arguments() {
            return arguments.toArray(byte[][]::new);
        }

        void add(Sent sent) {
            QueueBatch batch = sent.batch();
            Set<String> lives = new LinkedHashSet<>();
            Set<Condition> fences = new LinkedHashSet<>();
            for (Fence fence : batch.fences()) {
                lives.add(RedisStore.lifeOf(fence.store()));
                fences.addAll(fence.conditions());
            }
            arguments.add(Conversation.number(lives.size()));
            lives.forEach(life -> arguments.add(Names.bytes(life)));
            arguments.add(Conversation.number(fences.size()));
            for (Condition condition : fences) {
                arguments.add(Names.bytes(condition.key()));
                arguments.add(
                        switch (condition) {
                            case Condition.Absent absent -> NOTHING;
                            case Condition.Unchanged unchanged ->
                                    Conversation.number(unchanged.modified());
                        });
            }
            arguments.add(Conversation.number(batch.conditions().size()));
            for (QueueCondition condition : batch.conditions()) {
                add(
                        switch (condition) {
                            case QueueCondition.Absent absent -> ABSENT;
                            case QueueCondition.Present present -> PRESENT;
                            case QueueCondition.Same same -> SAME;
                        },
                        new Where(sent.queue(), condition.partition(), condition.shelf()),
                        condition.place(),
                        condition instanceof QueueCondition.Same same
                                ? same.value().toArray()
                                : NOTHING);
            }
            arguments.add(Conversation.number(batch.operations().size()));
            for (QueueOperation operation : batch.operations()) {
                add(
                        switch (operation) {
                            case QueueOperation.Put put -> PUT;
                            case QueueOperation.Take take -> TAKE;
                            case QueueOperation.Remove remove -> REMOVE;
                        },
                        new Where(sent.queue(), operation.partition(), operation.shelf()),
                        operation.place(),
                        operation instanceof QueueOperation.Put put
                                ? put.entry().value().toArray()
                                : NOTHING);
            }
            boolean wakes = !batch.wakes().isEmpty();
            arguments.add(wakes ? Names.bytes(names.wakes(sent.queue())) : NOTHING);
            arguments.add(
                    Names.bytes(
                            batch.wakes().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(","))));
        }

        private void add(byte[] what, Where where, Place place, byte[] value) {
            arguments.add(what);
            arguments.add(shelves.computeIfAbsent(where, this::number));
            arguments.add(Places.bytes(place));
            arguments.add(value);
        }

        private byte[] number(Where where) {
            for (byte[] key : names.shelf(where.queue(), where.partition(), where.shelf())) {
                keys.add(key);
            }
            return String.valueOf(keys.size() - 1).getBytes(StandardCharsets.US_ASCII);
        }
    }
}
