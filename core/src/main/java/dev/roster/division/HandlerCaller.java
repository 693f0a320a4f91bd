package dev.roster.division;

import dev.roster.protocol.Event;
import dev.roster.runtime.MemberDriver;
import java.util.concurrent.Semaphore;

/** Calls a handler for each key, no more at once than there are permits. */
final class HandlerCaller implements DivisionRunner.Caller {
    private static final long LOOK_MILLIS = 10;

    private final DivisionRunner runner;
    private final MemberDriver driver;
    private final Semaphore permits;
    private final WorkHandler handler;
    private final boolean isSpace;

    HandlerCaller(
            DivisionRunner runner,
            MemberDriver driver,
            Semaphore permits,
            WorkHandler handler,
            boolean isSpace) {
        this.runner = runner;
        this.driver = driver;
        this.permits = permits;
        this.handler = handler;
        this.isSpace = isSpace;
    }

    @Override
    public void start(DivisionRunner.Running running) {
        running.thread = driver.startUser(() -> call(running));
    }

    private void call(DivisionRunner.Running running) {
        Ownership ownership = running.ownership;
        boolean permitted = false;
        try {
            permits.acquire();
            permitted = true;
            awaitValid(running);
            handler.run(ownership);
            if (running.back) {
                runner.end(ownership, new Event.Ending.GivenBack());
            } else if (running.told) {
                runner.end(ownership, new Event.Ending.Stopped());
            } else if (isSpace) {
                runner.failed(ownership, "the handler returned; a partition's work is never done");
            } else {
                runner.done(ownership);
            }
        } catch (Exception | Error e) {
            ended(running, e);
        } finally {
            if (permitted) {
                permits.release();
            }
        }
    }

    /** After a pause it first has to be known that the key is still this member's. */
    private static void awaitValid(DivisionRunner.Running running) throws InterruptedException {
        while (!running.told && !running.ownership.isValid()) {
            Thread.sleep(LOOK_MILLIS);
        }
        if (running.told) {
            throw new InterruptedException("told to stop before it began");
        }
    }

    private void ended(DivisionRunner.Running running, Throwable e) {
        if (running.back) {
            runner.end(running.ownership, new Event.Ending.GivenBack());
        } else if (running.told) {
            runner.end(running.ownership, new Event.Ending.Stopped());
        } else {
            runner.failed(running.ownership, e.toString());
        }
    }

    @Override
    public void stop(DivisionRunner.Running running, StopReason reason) {
        Thread thread = running.thread;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
