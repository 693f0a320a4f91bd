package dev.roster.redis;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends the commits of all threads over one connection. What waits while others are under way goes
 * together in one script, in which each commit keeps its own conditions, answer and revision.
 */
final class Committer {
    /** With two, the server has the next when it ends one. */
    private static final int UNDER_WAY = 2;

    private static final int BATCH_COMMITS = 64;

    /** Of conditions and operations: keeps a script of many commits below some milliseconds. */
    private static final int BATCH_STEPS = 1000;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] PUT = {'p'};
    private static final byte[] DELETE = {'d'};

    private enum Progress {
        WAITING,
        SENT,
        CANCELLED
    }

    /** A commit and its answer. */
    static final class Request {
        private final Commit commit;
        private final CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

        private Request(Commit commit) {
            this.commit = commit;
        }

        /** Takes it back; false if it was sent. */
        boolean cancel() {
            return progress.compareAndSet(Progress.WAITING, Progress.CANCELLED);
        }

        private boolean begin() {
            return progress.compareAndSet(Progress.WAITING, Progress.SENT);
        }

        private int steps() {
            return commit.conditions().size() + commit.operations().size();
        }

        CompletableFuture<CommitResult> answer() {
            return answer;
        }
    }

    private final Session session;
    private final Conversation conversation;
    private final ConcurrentLinkedQueue<Request> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    Committer(Session session, Conversation conversation) {
        this.session = session;
        this.conversation = conversation;
    }

    Request submit(Commit commit) {
        Request request = new Request(commit);
        waiting.add(request);
        sendWhatWaits();
        return request;
    }

    private void sendWhatWaits() {
        while (!waiting.isEmpty()) {
            int now = underWay.get();
            if (now >= UNDER_WAY) {
                return;
            }
            if (underWay.compareAndSet(now, now + 1)) {
                List<Request> batch = take();
                if (batch.isEmpty()) {
                    underWay.decrementAndGet();
                } else {
                    send(batch);
                }
            }
        }
    }

    private List<Request> take() {
        List<Request> batch = new ArrayList<>();
        int steps = 0;
        while (batch.size() < BATCH_COMMITS && steps < BATCH_STEPS) {
            Request next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.begin()) {
                batch.add(next);
                steps += next.steps();
            }
        }
        return batch;
    }

    private void send(List<Request> batch) {
        if (!session.isOpen()) {
            underWay.decrementAndGet();
            answerAll(batch, new CommitResult.Failed("the connection to Redis is closed"));
            return;
        }
        CompletableFuture<List<Object>> reply;
        try {
            reply = session.run(Script.COMMIT, conversation.names().keys(), arguments(batch));
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        var unused =
                reply.whenComplete((answer, failure) -> {
                    underWay.decrementAndGet();
                    // What waits goes first: the server is idle.
                    sendWhatWaits();
                    ended(batch, answer, failure);
                });
    }

    private void ended(
            List<Request> batch, @Nullable List<Object> answer, @Nullable Throwable failure) {
        if (answer != null) {
            try {
                read(batch, new Answer(answer));
            } catch (RuntimeException e) {
                answerAll(batch, new CommitResult.Unknown("the answer cannot be read: " + e));
            }
            return;
        }
        Outcome outcome =
                failure == null
                        ? new Outcome(false, "no answer")
                        : Outcome.of(failure, conversation.secrets());
        if (outcome.isUndone() && batch.size() > 1) {
            // One of them was at fault, or memory is full and some of them need none.
            for (Request request : batch) {
                sendAlone(request);
            }
            return;
        }
        answerAll(
                batch,
                outcome.isUndone()
                        ? new CommitResult.Failed(outcome.why())
                        : new CommitResult.Unknown(outcome.why()));
    }

    private void sendAlone(Request request) {
        underWay.incrementAndGet();
        send(List.of(request));
    }

    private static void answerAll(List<Request> batch, CommitResult result) {
        for (Request request : batch) {
            request.answer.complete(result);
        }
    }

    private void read(List<Request> batch, Answer answer) {
        String life = answer.text();
        conversation.known().saw(life, answer.number());
        StoreIdentity identity = RedisStore.identityOf(life);
        for (Request request : batch) {
            request.answer.complete(result(answer.list(), identity));
        }
    }

    private static CommitResult result(Answer answer, StoreIdentity identity) {
        return switch ((int) answer.number()) {
            case 1 -> new CommitResult.Applied(answer.number());
            case 2 -> new CommitResult.OtherStore(identity);
            default -> refused(answer);
        };
    }

    private static CommitResult refused(Answer answer) {
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        while (answer.hasNext()) {
            String key = answer.text();
            byte[] packed = answer.bytes();
            failed.add(key);
            if (packed.length > 0) {
                found.add(Answer.entry(key, packed));
            }
        }
        return new CommitResult.Refused(failed, found);
    }

    private byte[][] arguments(List<Request> batch) {
        int count = 2;
        for (Request request : batch) {
            count += 3 + 2 * request.commit.conditions().size();
            count += 3 * request.commit.operations().size();
        }
        byte[][] arguments = conversation.arguments(count);
        int at = Conversation.OWN;
        arguments[at++] = Names.bytes(conversation.names().newsPrefix());
        arguments[at++] = Conversation.number(batch.size());
        for (Request request : batch) {
            at = write(request.commit, arguments, at);
        }
        return arguments;
    }

    private static int write(Commit commit, byte[][] arguments, int from) {
        int at = from;
        StoreIdentity store = commit.store();
        arguments[at++] = store == null ? NOTHING : Names.bytes(RedisStore.lifeOf(store));
        arguments[at++] = Conversation.number(commit.conditions().size());
        for (Condition condition : commit.conditions()) {
            arguments[at++] = Names.bytes(condition.key());
            arguments[at++] =
                    switch (condition) {
                        case Condition.Absent absent -> NOTHING;
                        case Condition.Unchanged unchanged ->
                                Conversation.number(unchanged.modified());
                    };
        }
        arguments[at++] = Conversation.number(commit.operations().size());
        for (Operation operation : commit.operations()) {
            arguments[at++] = operation.key().getBytes(StandardCharsets.UTF_8);
            switch (operation) {
                case Operation.Put put -> {
                    arguments[at++] = PUT;
                    arguments[at++] = put.value().toArray();
                }
                case Operation.Delete delete -> {
                    arguments[at++] = DELETE;
                    arguments[at++] = NOTHING;
                }
            }
        }
        return at;
    }
}
