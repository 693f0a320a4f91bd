package dev.roster.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of all threads over one connection. What waits while others are under way goes
 * together in one script, in which each keeps its own conditions and answer.
 */
final class Gatherer<Q, A> {
    /** With two, the server has the next when it ends one. */
    private static final int UNDER_WAY = 2;

    private enum Progress {
        WAITING,
        SENT,
        CANCELLED
    }

    /** What is asked, and its answer. */
    static final class Request<Q, A> {
        private final Q what;
        private final CompletableFuture<A> answer = new CompletableFuture<>();
        private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

        private Request(Q what) {
            this.what = what;
        }

        /** Takes it back; false if it was sent. */
        boolean cancel() {
            return progress.compareAndSet(Progress.WAITING, Progress.CANCELLED);
        }

        private boolean begin() {
            return progress.compareAndSet(Progress.WAITING, Progress.SENT);
        }

        CompletableFuture<A> answer() {
            return answer;
        }
    }

    private final Session session;
    private final Dialect<Q, A> dialect;
    private final Secrets secrets;
    private final ConcurrentLinkedQueue<Request<Q, A>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    Gatherer(Session session, Dialect<Q, A> dialect, Secrets secrets) {
        this.session = session;
        this.dialect = dialect;
        this.secrets = secrets;
    }

    Request<Q, A> submit(Q what) {
        return submit(List.of(what)).getFirst();
    }

    /** Adds all before anything is sent, so that they go together. */
    List<Request<Q, A>> submit(List<Q> all) {
        List<Request<Q, A>> requests = new ArrayList<>(all.size());
        for (Q what : all) {
            requests.add(new Request<>(what));
        }
        waiting.addAll(requests);
        sendWhatWaits();
        return requests;
    }

    private void sendWhatWaits() {
        while (!waiting.isEmpty()) {
            int now = underWay.get();
            if (now >= UNDER_WAY) {
                return;
            }
            if (underWay.compareAndSet(now, now + 1)) {
                List<Request<Q, A>> batch = take();
                if (batch.isEmpty()) {
                    underWay.decrementAndGet();
                } else {
                    send(batch);
                }
            }
        }
    }

    private List<Request<Q, A>> take() {
        List<Request<Q, A>> batch = new ArrayList<>();
        long cost = 0;
        while (batch.size() < dialect.most() && cost < Dialect.COST) {
            Request<Q, A> next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.begin()) {
                batch.add(next);
                cost += dialect.cost(next.what);
            }
        }
        return batch;
    }

    private void send(List<Request<Q, A>> batch) {
        if (!session.isOpen()) {
            underWay.decrementAndGet();
            answerAll(batch, dialect.undone("the connection to Redis is closed"));
            return;
        }
        CompletableFuture<List<Object>> reply;
        try {
            reply = dialect.send(session, batch.stream().map(one -> one.what).toList());
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
            List<Request<Q, A>> batch, @Nullable List<Object> answer, @Nullable Throwable failure) {
        if (answer != null) {
            try {
                List<A> answers =
                        dialect.read(
                                batch.stream().map(one -> one.what).toList(), new Answer(answer));
                for (int at = 0; at < batch.size(); at++) {
                    batch.get(at).answer.complete(answers.get(at));
                }
            } catch (RuntimeException e) {
                answerAll(batch, dialect.unknown("the answer cannot be read: " + e));
            }
            return;
        }
        Outcome outcome =
                failure == null ? new Outcome(false, "no answer") : Outcome.of(failure, secrets);
        if (outcome.isUndone() && batch.size() > 1) {
            // One of them was at fault, or memory is full and some of them need none.
            for (Request<Q, A> request : batch) {
                sendAlone(request);
            }
            return;
        }
        answerAll(
                batch,
                outcome.isUndone()
                        ? dialect.undone(outcome.why())
                        : dialect.unknown(outcome.why()));
    }

    private void sendAlone(Request<Q, A> request) {
        underWay.incrementAndGet();
        send(List.of(request));
    }

    private static <Q, A> void answerAll(List<Request<Q, A>> batch, A result) {
        for (Request<Q, A> request : batch) {
            request.answer.complete(result);
        }
    }
}
