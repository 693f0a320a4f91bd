package dev.roster.redis;

import dev.roster.Change;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.TieTurns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the changes for all watches of a handle, and looks at ties with the same question. It
 * asks when it hears that something was committed, and now and then anyway while somebody watches.
 */
final class Tail implements AutoCloseable {
    private static final int PAGE = 200;

    /** How often each looks while others' ties are watched. */
    private static final Duration TURN = Duration.ofMillis(1300);

    /** What was missed without being heard of is found after this and a quarter at the latest. */
    private static final long LOOK_NANOS = 1_750_000_000;

    /** Each at a random moment, so that processes do not ask together. */
    private static final long SHARE_NANOS = 400_000_000;

    private final Questions questions;
    private final News news;
    private final TieBook book;
    private final Thread thread;

    /** Held while the server is asked. */
    private final ReentrantLock asking = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private final Window window = new Window();
    private @Nullable String trouble;
    private boolean isNews;
    private boolean isStarted;
    private long looks;
    private volatile boolean closed;

    Tail(Questions questions, News news, TieBook book) {
        this.questions = questions;
        this.news = news;
        this.book = book;
        this.thread = new Thread(this::run, "roster-redis-tail");
        thread.setDaemon(true);
        news.listener(this::heard);
    }

    private void heard(long revision) {
        lock.lock();
        try {
            if (revision == 0 || revision > window.position()) {
                isNews = true;
                wanted.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closed) {
            try {
                awaitTurn();
                look();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void awaitTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long begun = System.nanoTime();
            long share = ThreadLocalRandom.current().nextLong(SHARE_NANOS);
            long turn = untilTurnNanos(begun);
            while (!closed && !isNews) {
                long now = System.nanoTime();
                boolean ties = !book.wanted(now).isEmpty();
                if (!ties && !window.isWatched()) {
                    wanted.await();
                    begun = System.nanoTime();
                    turn = untilTurnNanos(begun);
                    continue;
                }
                long pause = book.untilLookNanos(begun).orElse(ties ? turn : share + LOOK_NANOS);
                long left = begun + pause - now;
                if (left <= 0) {
                    break;
                }
                long unused = wanted.awaitNanos(left);
            }
            isNews = false;
        } finally {
            lock.unlock();
        }
    }

    private long untilTurnNanos(long now) {
        return TieTurns.untilNanos(news.tie(), book.wanted(now), TURN, System.currentTimeMillis());
    }

    /** Asks what is new, once, and tells all watches. */
    void look() throws InterruptedException {
        asking.lockInterruptibly();
        try {
            boolean isMore = true;
            while (isMore && !closed) {
                isMore = lookOnce();
            }
        } finally {
            asking.unlock();
        }
    }

    private boolean lookOnce() throws InterruptedException {
        List<String> ties = book.wanted(System.nanoTime());
        Window.Ask ask;
        lock.lock();
        try {
            ask = window.ask();
        } finally {
            lock.unlock();
        }
        try {
            Questions.News found =
                    questions.changes(ask.position(), PAGE, ask.topics(), ties, book);
            lock.lock();
            try {
                trouble = null;
                looks++;
                boolean isMore = window.take(ask, found);
                told.signalAll();
                return isMore;
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException e) {
            // Unavailable, or something that is not Roster's: the watches are told, and it is tried
            // again.
            book.forget();
            lock.lock();
            try {
                trouble = e instanceof StoreUnavailableException ? e.getMessage() : e.toString();
                told.signalAll();
                return false;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Looks at all ties once, if that is quick. */
    void lookAtTies() {
        start();
        questions.ties(book);
        wake();
    }

    /** Wakes the thread, which may have something to do for the first time. */
    private void wake() {
        lock.lock();
        try {
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        lock.lock();
        try {
            if (!isStarted && !closed) {
                isStarted = true;
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on changes of this topic are kept. */
    void begin(int topic) {
        news.follow(topic);
        lock.lock();
        try {
            window.begin(topic);
            // Sets the position, or looks at what came before the news was followed.
            isNews = true;
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
        start();
    }

    void end(int topic) {
        lock.lock();
        try {
            window.end(topic);
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is known after a position.
     *
     * @param changes the changes, or null when the watch has to read again
     * @param position the position after them
     */
    record Found(@Nullable List<Change> changes, long position) {}

    /** The changes of a range after a position; waits for one until the time is over. */
    Found after(Range range, int topic, long after, String life, long nanos, BooleanSupplier ended)
            throws InterruptedException {
        long end = System.nanoTime() + nanos;
        long position = after;
        long looksBefore = looksNow();
        if (nanos <= 0 || !isKnown(position, life)) {
            // It may begin at a commit, or in a life, that the tail has not heard of yet.
            look();
        }
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Found found = between(range, topic, position, life, end, looksBefore, ended);
            if (found == null) {
                found = questions.page(range, position, PAGE, life);
            }
            List<Change> changes = found.changes();
            if (changes == null || !changes.isEmpty() || System.nanoTime() >= end) {
                return found;
            }
            position = found.position();
        }
    }

    private long looksNow() {
        lock.lock();
        try {
            return looks;
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(long position, String life) {
        lock.lock();
        try {
            return position <= window.position() && window.life().equals(life);
        } finally {
            lock.unlock();
        }
    }

    /** From the window, when something is there or the time is over; null if it has to be read. */
    private @Nullable Found between(
            Range range,
            int topic,
            long after,
            String life,
            long end,
            long looksBefore,
            BooleanSupplier ended)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed || ended.getAsBoolean()) {
                    throw new IllegalStateException("The watch is closed.");
                }
                String why = trouble;
                if (why != null) {
                    throw new StoreUnavailableException(why);
                }
                boolean isThere = window.life().equals(life) && after <= window.position();
                if (!isThere && looks > looksBefore) {
                    return new Found(null, after);
                }
                if (isThere) {
                    if (!window.covers(topic, after)) {
                        return null;
                    }
                    List<Change> changes = window.between(range, after);
                    if (!changes.isEmpty() || System.nanoTime() >= end) {
                        return new Found(changes, window.position());
                    }
                } else if (System.nanoTime() >= end) {
                    return new Found(new ArrayList<>(), after);
                }
                long unused = told.awaitNanos(end - System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets all watches look whether they were closed. */
    void wakeAll() {
        lock.lock();
        try {
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        lock.lock();
        try {
            told.signalAll();
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Thread thread() {
        return thread;
    }
}
