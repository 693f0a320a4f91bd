package dev.roster.sql.shared;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks the one thread that writes, and the one answer to it. A caller that gives up
 * before the request has begun knows that it never will; after that it does not.
 *
 * @param <R> the answer
 */
public abstract class Request<R extends @Nullable Object> {
    /** How long a request that has not begun is waited for, and one that has. */
    public static final long PATIENCE_MILLIS = 2000;

    private enum Progress {
        WAITING,
        BEGUN,
        CANCELLED
    }

    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

    /** A request that waits. */
    protected Request() {}

    /** The answer when nothing happened and nothing will. */
    protected abstract R notDone(String why);

    /** The answer when it is open what happened or will. */
    protected abstract R unknown(String why);

    /** Whether it has not begun, and somebody waits for it. */
    public final boolean isWaiting() {
        return progress.get() == Progress.WAITING;
    }

    /** Begins it; false if the caller has given up. */
    public final boolean begin() {
        return progress.compareAndSet(Progress.WAITING, Progress.BEGUN);
    }

    /** Answers. The first answer counts. */
    public final void answer(R result) {
        progress.compareAndSet(Progress.WAITING, Progress.BEGUN);
        answer.complete(result);
    }

    /** Answers that nothing happened. */
    public final void fail(String why) {
        answer(notDone(why));
    }

    /** Answers that nobody can say what happened. */
    public final void leaveOpen(String why) {
        answer(unknown(why));
    }

    /**
     * Waits for the answer.
     *
     * @param slow what is said when it did not begin in time
     */
    public final R await(String slow) {
        try {
            return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return cancel() ? notDone(slow) : awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return cancel()
                    ? notDone("interrupted")
                    : unknown("interrupted while the commit was under way");
        } catch (ExecutionException e) {
            return unknown(String.valueOf(e.getCause()));
        }
    }

    private R awaitEnd() {
        try {
            return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return unknown("the commit has begun and does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("interrupted while the commit was under way");
        }
    }

    private boolean cancel() {
        return progress.compareAndSet(Progress.WAITING, Progress.CANCELLED);
    }
}
