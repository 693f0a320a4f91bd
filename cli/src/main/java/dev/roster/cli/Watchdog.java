package dev.roster.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process that outlives this one by a moment: when its standard input ends, because
 * this process ended in whatever way, it kills the process groups that are registered with it. It
 * is also the way to signal a group, which Java has not.
 *
 * <p>A group is registered before its command begins ({@link Children}), and a number cannot be
 * that of another group as long as one process of the group lives. Between the end of the last one
 * and the deregistration, the system would have to hand out all its process numbers once for a
 * stranger to be hit.
 *
 * <p>If the watchdog itself dies, a new one takes over with the next word to it.
 */
final class Watchdog implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> targets = new TreeSet<>();
    private final Duration tick;
    private final boolean sessions;
    private @Nullable Process shell;
    private @Nullable BufferedReader answers;
    private boolean closed;

    /**
     * @param tick how finely it counts the time that this process may act
     * @param sessions whether the system has {@code setsid}
     */
    Watchdog(Duration tick, boolean sessions) {
        this.tick = tick;
        this.sessions = sessions;
        locked(() -> tell("left 1000000"));
    }

    void guard(String target) {
        locked(() -> {
            targets.add(target);
            tell("+ " + target);
        });
    }

    void forget(String target) {
        locked(() -> {
            targets.remove(target);
            tell("- " + target);
        });
    }

    void terminate(String target) {
        locked(() -> tell("TERM " + target));
    }

    void kill(String target) {
        locked(() -> tell("KILL " + target));
    }

    /** Whether a process of the target is left. */
    boolean isAlive(String target) {
        lock.lock();
        try {
            tell("? " + target);
            BufferedReader from = answers;
            String answer = from == null ? null : from.readLine();
            return answer == null || answer.equals(target + " alive");
        } catch (IOException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** This process may act for so long; then, unless told more, the watchdog kills. */
    void mayActFor(Duration left) {
        // Its ticks are a little longer than it is told: starting a sleep takes time, too.
        long ticks = left.toNanos() * 10 / (tick.toNanos() * 11) - 1;
        locked(() -> tell("left " + Math.max(0, ticks)));
    }

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    private void tell(String line) {
        if (closed) {
            return;
        }
        Process known = shell;
        if (known == null || !known.isAlive()) {
            known = start();
        }
        try {
            write(known, line);
        } catch (IOException e) {
            try {
                write(start(), line);
            } catch (IOException again) {
                throw new UncheckedIOException(again);
            }
        }
    }

    private Process start() {
        List<String> command = new ArrayList<>();
        if (sessions) {
            command.add("setsid");
        }
        String seconds = String.format(Locale.ROOT, "%.3f", tick.toNanos() / 1e9);
        command.addAll(List.of("sh", "-c", script(), "roster-watchdog", seconds));
        try {
            Process started =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            shell = started;
            answers = started.inputReader(StandardCharsets.US_ASCII);
            for (String target : targets) {
                write(started, "+ " + target);
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    new IOException("The watchdog cannot be started: " + e.getMessage(), e));
        }
    }

    /** One write call for a line: what was written counts even if this process ends right after. */
    private static void write(Process to, String line) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String script() {
        try (InputStream in = Watchdog.class.getResourceAsStream("watchdog.sh")) {
            if (in == null) {
                throw new IllegalStateException("watchdog.sh is missing from the package");
            }
            // It shows in the list of processes: without its comments.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            Process known = shell;
            if (known != null) {
                try {
                    known.getOutputStream().close();
                } catch (IOException e) {
                    // It is gone already.
                }
            }
        });
    }
}
