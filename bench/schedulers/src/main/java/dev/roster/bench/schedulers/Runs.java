package dev.roster.bench.schedulers;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What the handlers of this process do, whoever calls them, and what is known of it. */
final class Runs {
    private static final AtomicLong BEGUN = new AtomicLong();
    private static final AtomicLong ENDED = new AtomicLong();
    private static volatile boolean isTold;
    private static volatile boolean isTimed;
    private static long[] delays = new long[1024];
    private static int timed;
    private static volatile long first;
    private static volatile long last;

    private Runs() {}

    /** Whether each beginning and end is printed. */
    static void tell(boolean told) {
        isTold = told;
    }

    static void time(boolean isWanted) {
        isTimed = isWanted;
    }

    static void reset() {
        BEGUN.set(0);
        ENDED.set(0);
        synchronized (Runs.class) {
            timed = 0;
        }
    }

    /** One run of a job, to its end or until it is interrupted. */
    static void run(Work work, int attempt) throws InterruptedException {
        begin(work, attempt);
        if (work.micros() >= 1000) {
            Thread.sleep(work.micros() / 1000);
        } else if (work.micros() > 0) {
            LockSupport.parkNanos(work.micros() * 1000L);
        }
        end(work);
    }

    static void begin(Work work, int attempt) {
        long now = System.nanoTime();
        Notes.add(work.number(), now);
        if (BEGUN.getAndIncrement() == 0) {
            first = now;
        }
        if (isTimed) {
            time(now - work.sent());
        }
        if (isTold) {
            JobsProcess.print("begin %d %d %d".formatted(work.number(), now, attempt));
        }
    }

    static void end(Work work) {
        long now = System.nanoTime();
        last = now;
        ENDED.incrementAndGet();
        if (isTold) {
            JobsProcess.print("end %d %d".formatted(work.number(), now));
        }
    }

    private static synchronized void time(long nanos) {
        if (timed == delays.length) {
            delays = Arrays.copyOf(delays, timed * 2);
        }
        delays[timed] = nanos;
        timed++;
    }

    static long ended() {
        return ENDED.get();
    }

    static String counted() {
        return "counted %d %d %d %d".formatted(BEGUN.get(), ENDED.get(), first, last);
    }

    static synchronized String delays() {
        StringBuilder text = new StringBuilder("delays");
        for (int at = 0; at < timed; at++) {
            text.append(' ').append(delays[at]);
        }
        timed = 0;
        return text.toString();
    }
}
