package dev.roster.group;

import dev.roster.Problem;
import dev.roster.runtime.MemberDriver;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Periodic work that the members of a group do one after the other, each at its own phase. */
public final class Ticks implements AutoCloseable {
    /** A timer that fires this late has been overtaken by a pause: the tick is left out. */
    private static final long LATE_MILLIS = 500;

    private final long intervalMillis;
    private final SlotHandler task;
    private final SlotRunner slots;
    private final MemberDriver driver;
    private final Consumer<Problem> problems;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean closed;

    Ticks(
            Duration interval,
            SlotHandler task,
            SlotRunner slots,
            MemberDriver driver,
            Consumer<Problem> problems) {
        this.intervalMillis = interval.toMillis();
        if (intervalMillis < 1) {
            throw new IllegalArgumentException(
                    "An interval is at least 1 ms; this one is %s.".formatted(interval));
        }
        this.task = task;
        this.slots = slots;
        this.driver = driver;
        this.problems = problems;
    }

    void start() {
        driver.execute(() -> plan(System.currentTimeMillis()));
    }

    /**
     * The first fire time after {@code nowMillis} of slot {@code number} of {@code count}: the
     * interval's multiples, shifted by the slot's phase. The wall clock serves because members on
     * one machine, or on machines with a time service, share it; nothing but the phase depends on
     * it.
     */
    static long next(long nowMillis, long intervalMillis, int number, int count) {
        long phase = intervalMillis * number / count;
        long intervals = Math.floorDiv(nowMillis - phase, intervalMillis) + 1;
        return intervals * intervalMillis + phase;
    }

    /** On the event loop. */
    private void plan(long afterMillis) {
        if (closed) {
            return;
        }
        Slot slot = slots.current();
        long now = System.currentTimeMillis();
        if (slot == null) {
            // A view is on its way; its phase is not known yet.
            long again = Math.min(intervalMillis, 50);
            driver.schedule(() -> plan(now), again * 1_000_000);
            return;
        }
        long at = next(Math.max(now, afterMillis), intervalMillis, slot.number(), slot.count());
        driver.schedule(() -> fire(slot, at), Math.max(0, at - now) * 1_000_000);
    }

    private void fire(Slot slot, long at) {
        if (closed) {
            return;
        }
        long late = System.currentTimeMillis() - at;
        boolean inTime = late >= 0 && late < Math.min(LATE_MILLIS, intervalMillis);
        if (inTime && slot.isValid() && running.compareAndSet(false, true)) {
            driver.startUser(() -> run(slot));
        }
        // A timer may fire a little early: then the same fire time is still to come.
        plan(late < 0 && late > -LATE_MILLIS ? at - 1 : System.currentTimeMillis());
    }

    private void run(Slot slot) {
        try {
            task.run(slot);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            problems.accept(new Problem(Problem.Kind.WORK_FAILED, "tick of " + slot, e.toString()));
        } finally {
            running.set(false);
        }
    }

    /** No more ticks; one that runs is not interrupted. */
    @Override
    public void close() {
        closed = true;
    }
}
