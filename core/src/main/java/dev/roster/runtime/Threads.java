package dev.roster.runtime;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads of one member: an event loop that runs its machine, threads that wait for the store,
 * and virtual threads for the caller's code. Beats have threads of their own, so that neither the
 * caller's code nor a slow commit delays one. All are daemons: a program that forgets to leave can
 * end, and its lease runs out.
 */
final class Threads {
    private final ScheduledThreadPoolExecutor loop;
    private final ExecutorService io;
    private final ExecutorService beats;
    private final Thread.Builder.OfVirtual user;

    Threads(String name) {
        loop = new ScheduledThreadPoolExecutor(1, daemons("roster-loop-" + name));
        loop.setRemoveOnCancelPolicy(true);
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        io = Executors.newCachedThreadPool(daemons("roster-io-" + name));
        beats = Executors.newCachedThreadPool(daemons("roster-beat-" + name));
        user = Thread.ofVirtual().name("roster-work-" + name + "-", 0);
    }

    private static ThreadFactory daemons(String name) {
        AtomicLong count = new AtomicLong();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    ScheduledExecutorService loop() {
        return loop;
    }

    ExecutorService io() {
        return io;
    }

    ExecutorService beats() {
        return beats;
    }

    Thread.Builder.OfVirtual user() {
        return user;
    }

    void shutdown() {
        loop.shutdown();
        io.shutdownNow();
        beats.shutdown();
    }
}
