package dev.roster.group;

import dev.roster.Problem;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.Event;
import dev.roster.runtime.MemberDriver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the present slot, and runs the handler for it. */
final class SlotRunner {
    /** One call of the handler. */
    private static final class Run {
        final Slot slot;
        @Nullable Thread thread;

        Run(Slot slot) {
            this.slot = slot;
        }
    }

    private final MemberDriver driver;
    private final Consumer<Problem> problems;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition started = lock.newCondition();
    private volatile @Nullable Slot current;
    private @Nullable SlotHandler handler;
    private @Nullable Run running;

    SlotRunner(MemberDriver driver, Consumer<Problem> problems) {
        this.driver = driver;
        this.problems = problems;
    }

    @Nullable Slot current() {
        return current;
    }

    Slot await(Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            Slot slot = current;
            while (slot == null) {
                if (nanos <= 0) {
                    throw new StoreUnavailableException(
                            "No view with a slot for this member was agreed within " + atMost);
                }
                nanos = started.awaitNanos(nanos);
                slot = current;
            }
            return slot;
        } finally {
            lock.unlock();
        }
    }

    void handle(SlotHandler added) {
        lock.lock();
        try {
            if (handler != null) {
                throw new IllegalStateException("This member has a slot handler already.");
            }
            handler = added;
            Slot slot = current;
            if (slot != null) {
                run(added, slot);
            }
        } finally {
            lock.unlock();
        }
    }

    /** On the event loop. */
    void start(Slot slot) {
        lock.lock();
        try {
            current = slot;
            started.signalAll();
            SlotHandler known = handler;
            if (known != null) {
                run(known, slot);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(SlotHandler known, Slot slot) {
        Run run = new Run(slot);
        running = run;
        run.thread = driver.startUser(() -> call(known, run));
    }

    private void call(SlotHandler known, Run run) {
        try {
            known.run(run.slot);
        } catch (InterruptedException e) {
            // It was told to stop, and does.
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            problems.accept(
                    new Problem(Problem.Kind.WORK_FAILED, run.slot.toString(), e.toString()));
        } finally {
            stopped(run);
        }
    }

    /** The handler has returned; if it was asked to, the machine hears of it. */
    private void stopped(Run run) {
        lock.lock();
        try {
            if (run.equals(running)) {
                running = null;
            }
            if (!run.slot.equals(current)) {
                driver.post(new Event.SlotStopped(run.slot.generation()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** On the event loop: ends the slot; the answer to the machine follows. */
    @Nullable Slot stop() {
        lock.lock();
        try {
            Slot slot = current;
            current = null;
            if (slot == null) {
                return null;
            }
            slot.end();
            Run run = running;
            Thread thread = run == null ? null : run.thread;
            if (run == null || !run.slot.equals(slot) || thread == null) {
                driver.post(new Event.SlotStopped(slot.generation()));
            } else {
                thread.interrupt();
            }
            return slot;
        } finally {
            lock.unlock();
        }
    }
}
