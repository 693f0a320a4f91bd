package dev.roster.division;

import dev.roster.runtime.MemberDriver;
import java.time.Duration;

/** Tells a listener what to start and to stop; it confirms by itself. */
final class ListenerCaller implements DivisionRunner.Caller {
    private static final long RETRY_MILLIS = 200;

    private final DivisionRunner runner;
    private final MemberDriver driver;
    private final DivisionListener listener;
    private final Duration stopWithin;

    ListenerCaller(
            DivisionRunner runner,
            MemberDriver driver,
            DivisionListener listener,
            Duration stopWithin) {
        this.runner = runner;
        this.driver = driver;
        this.listener = listener;
        this.stopWithin = stopWithin;
    }

    @Override
    public void start(DivisionRunner.Running running) {
        driver.startUser(() -> {
            try {
                listener.start(running.ownership);
            } catch (Exception | Error e) {
                runner.failed(running.ownership, e.toString());
            } finally {
                running.started.countDown();
            }
        });
    }

    @Override
    public void stop(DivisionRunner.Running running, StopReason reason) {
        driver.startUser(() -> stopUntilDone(running, reason));
    }

    private void stopUntilDone(DivisionRunner.Running running, StopReason reason) {
        long end = System.nanoTime() + stopWithin.toNanos();
        try {
            // A key's events come in order: the stop never overtakes its start.
            running.started.await();
            while (true) {
                try {
                    listener.stop(running.ownership, reason);
                    return;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception | Error e) {
                    if (System.nanoTime() - end >= 0) {
                        return;
                    }
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
