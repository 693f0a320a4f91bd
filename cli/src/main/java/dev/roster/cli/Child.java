package dev.roster.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command that runs, with all that it started. */
final class Child {
    /** How long something that was killed may take to vanish. A process stuck in I/O can. */
    private static final Duration VANISH = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 20;

    private final Process process;
    private final String target;
    private final Watchdog watchdog;
    private final List<Thread> pumps;

    Child(Process process, String target, Watchdog watchdog, LineSink lines) {
        this.process = process;
        this.target = target;
        this.watchdog = watchdog;
        this.pumps =
                List.of(
                        pump(process.getInputStream(), false, lines),
                        pump(process.getErrorStream(), true, lines));
    }

    /** Waits until the command ends; what it left running in its group is killed then. */
    int await() throws InterruptedException {
        int exit = process.waitFor();
        boolean interrupted = cleanUp();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return exit;
    }

    /**
     * Asks the whole group to end, and kills it when the grace is over or the right to run is lost.
     * Returns when nothing of it runs, whatever the interrupts.
     *
     * @return whether the command had ended by itself before it was asked
     */
    boolean stop(Duration grace, BooleanSupplier mayRun) {
        boolean interrupted = Thread.interrupted();
        boolean byItself = !process.isAlive();
        long end = System.nanoTime() + grace.toNanos();
        if (mayRun.getAsBoolean()) {
            watchdog.terminate(target);
        }
        while (mayRun.getAsBoolean() && System.nanoTime() - end < 0 && isAlive()) {
            interrupted |= pause();
        }
        interrupted |= cleanUp();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return byItself;
    }

    /** The command's exit code, -1 if it could not even be killed. */
    int exitCode() {
        return process.isAlive() ? -1 : process.exitValue();
    }

    private boolean isAlive() {
        return process.isAlive()
                || (watchdog.isAlive(target) && !ProcessTable.hasEnded(process.pid()));
    }

    private boolean cleanUp() {
        boolean interrupted = false;
        if (isAlive()) {
            // Where there are no groups, this is what can be found of the command's offspring.
            List<ProcessHandle> offspring = process.descendants().toList();
            watchdog.kill(target);
            offspring.forEach(ProcessHandle::destroyForcibly);
            long end = System.nanoTime() + VANISH.toNanos();
            while (isAlive() && System.nanoTime() - end < 0) {
                interrupted |= pause();
            }
        }
        watchdog.forget(target);
        for (Thread pump : pumps) {
            try {
                pump.join(VANISH);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private boolean pause() {
        try {
            // Its own end wakes this up at once, that of its offspring is looked for.
            if (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            Thread.sleep(Math.min(LOOK_MILLIS, 5));
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static Thread pump(InputStream from, boolean isError, LineSink lines) {
        return Thread.ofPlatform()
                .daemon()
                .name("output")
                .start(() -> {
                    var reader =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
                    try (reader) {
                        String line = reader.readLine();
                        while (line != null) {
                            lines.line(isError, line);
                            line = reader.readLine();
                        }
                    } catch (IOException e) {
                        // The command is over.
                    }
                });
    }
}
