package dev.roster.redis;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.StoreLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * A queue on Redis: of each shelf of each partition a sorted set of places and a hash of values,
 * under the namespace's hash tag. Nothing is left of what was removed. The fences' keys are looked
 * at in the script that applies a batch. Redis is asked for the time.
 */
final class RedisQueue implements Queue {
    /** A batch is one step in one script: more would hold up others for too long. */
    static final StoreLimits LIMITS = new StoreLimits(2000, RedisStore.LIMITS.valueBytes());

    /** Values of a batch together, for the same reason. */
    private static final int BATCH_BYTES = 8 << 20;

    /** Ranges in one script. */
    private static final int RANGES = 200;

    /** Entries that one script removes. */
    private static final int PRUNED = 1000;

    private final String name;
    private final RedisUrl url;
    private final Conversation conversation;
    private final Link link;
    private final Questions questions;
    private final News news;
    private final Set<RedisWaking> listening = ConcurrentHashMap.newKeySet();

    RedisQueue(
            String name,
            RedisUrl url,
            Conversation conversation,
            Link link,
            Questions questions,
            News news) {
        this.name = name;
        this.url = url;
        this.conversation = conversation;
        this.link = link;
        this.questions = questions;
        this.news = news;
    }

    @Override
    public String name() {
        return name;
    }

    /** A range of which a part may have been read. */
    private static final class Reading {
        private final QueueRange range;
        private final List<QueueEntry> entries = new ArrayList<>();
        private byte[] from;
        private int left;

        Reading(QueueRange range) {
            this.range = range;
            this.from = Places.from(range);
            this.left = range.atMost();
        }

        /** Whether it is at its end. */
        boolean read(Answer answer) {
            boolean isMore = answer.text().equals("1");
            while (answer.hasNext()) {
                String member = answer.text();
                Place place = Places.of(member);
                entries.add(
                        new QueueEntry(
                                range.partition(), range.shelf(), place, Bytes.of(answer.bytes())));
                from = Places.after(member);
                left--;
            }
            return !isMore || left == 0;
        }
    }

    @Override
    public QueuePage read(List<QueueRange> ranges) {
        List<Reading> all = ranges.stream().map(Reading::new).toList();
        long now = 0;
        int at = 0;
        do {
            List<Reading> some = all.subList(at, Math.min(all.size(), at + RANGES));
            Answer answer = ask(Script.QUEUE_READ, keys(some), arguments("", some));
            now = answer.number() * 1_000_000 + answer.number();
            while (answer.hasNext() && all.get(at).read(answer.list())) {
                at++;
            }
        } while (at < all.size());
        return new QueuePage(
                all.stream().map(one -> Collections.unmodifiableList(one.entries)).toList(), now);
    }

    private byte[][] keys(List<Reading> all) {
        List<byte[]> keys = new ArrayList<>();
        for (Reading one : all) {
            Collections.addAll(keys, keys(one.range));
        }
        return keys.toArray(byte[][]::new);
    }

    private byte[][] keys(QueueRange range) {
        return conversation.names().shelf(name, range.partition(), range.shelf());
    }

    private static byte[][] arguments(String what, List<Reading> all) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(Names.bytes(what));
        for (Reading one : all) {
            arguments.add(one.from);
            arguments.add(Places.to(one.range));
            arguments.add(Conversation.number(one.left));
        }
        return arguments.toArray(byte[][]::new);
    }

    private Answer ask(Script script, byte[][] keys, byte[][] arguments) {
        try {
            return questions.ask(script, keys, arguments);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Asking Redis was interrupted.");
        }
    }

    @Override
    public long count(QueueRange range) {
        List<Reading> one = List.of(new Reading(range));
        Answer answer = ask(Script.QUEUE_READ, keys(one), arguments("count", one));
        long unused = answer.number() + answer.number();
        return answer.number();
    }

    @Override
    public int prune(QueueRange range) {
        int removed = 0;
        while (removed < range.atMost()) {
            int most = Math.min(PRUNED, range.atMost() - removed);
            byte[][] arguments = {Places.from(range), Places.to(range), Conversation.number(most)};
            int now = (int) ask(Script.QUEUE_PRUNE, keys(range), arguments).number();
            removed += now;
            if (now < most) {
                break;
            }
        }
        return removed;
    }

    @Override
    public List<QueueResult> apply(List<QueueBatch> batches) {
        List<QueueDialect.Sent> all = new ArrayList<>(batches.size());
        for (QueueBatch batch : batches) {
            check(batch);
            all.add(new QueueDialect.Sent(name, batch));
        }
        Session session;
        try {
            session = link.session(Link.nanos(url.timeout()));
        } catch (StoreUnavailableException e) {
            QueueResult result = new QueueResult.NotApplied(String.valueOf(e.getMessage()));
            return Collections.nCopies(all.size(), result);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            QueueResult result = new QueueResult.NotApplied("interrupted before it was sent");
            return Collections.nCopies(all.size(), result);
        }
        return await(session, session.batches().submit(all));
    }

    private static void check(QueueBatch batch) {
        StoreLimits.check(batch, LIMITS);
        long bytes = 0;
        for (QueueOperation operation : batch.operations()) {
            if (operation instanceof QueueOperation.Put put) {
                bytes += put.entry().value().size();
            }
        }
        if (bytes > BATCH_BYTES) {
            throw new InvalidInputException(
                    "A batch has %d bytes of values, and this queue's limit is %d: split it."
                            .formatted(bytes, BATCH_BYTES));
        }
    }

    private List<QueueResult> await(
            Session session, List<Gatherer.Request<QueueDialect.Sent, QueueResult>> requests) {
        List<QueueResult> results = new ArrayList<>(requests.size());
        String trouble = "";
        for (Gatherer.Request<QueueDialect.Sent, QueueResult> request : requests) {
            if (trouble.isEmpty()) {
                try {
                    results.add(
                            request.answer().get(url.timeout().toMillis(), TimeUnit.MILLISECONDS));
                    continue;
                } catch (TimeoutException e) {
                    trouble =
                            "no answer from Redis at %s within %d ms"
                                    .formatted(session.address(), url.timeout().toMillis());
                    link.drop(session);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    trouble = "interrupted";
                } catch (ExecutionException e) {
                    results.add(
                            new QueueResult.Unknown(
                                    conversation.secrets().scrub(String.valueOf(e.getCause()))));
                    continue;
                }
            }
            results.add(left(request, trouble));
        }
        return results;
    }

    /** The result of a request that is not waited for any longer. */
    private static QueueResult left(
            Gatherer.Request<QueueDialect.Sent, QueueResult> request, String trouble) {
        if (request.cancel()) {
            return new QueueResult.NotApplied(trouble);
        }
        return request.answer().getNow(new QueueResult.Unknown(trouble));
    }

    @Override
    public Waking listen(IntConsumer woken) {
        String channel = conversation.names().wakes(name);
        RedisWaking waking =
                new RedisWaking(
                        woken,
                        ended -> {
                            listening.remove(ended);
                            news.leave(channel, ended);
                        });
        listening.add(waking);
        waking.start(name);
        news.follow(channel, waking);
        return waking;
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public void close() {
        listening.forEach(RedisWaking::close);
    }
}
