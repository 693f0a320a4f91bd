package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A program that a test started, with all its children: signals reach them all, and they end with
 * the JVM. For one thread at a time.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

    /**
     * Below the ports that systems give to whoever asks for any, so that nobody gets a server's
     * while it is down.
     */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 12_000;

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    /** Made with the first one: who only deletes may do so when the JVM ends already. */
    private static final class AtEnd {
        static {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> RUNNING.forEach(ServerProcess::killNow)));
        }

        private AtEnd() {}

        static void begin(ServerProcess process) {
            RUNNING.add(process);
        }
    }

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        AtEnd.begin(this);
    }

    /**
     * Starts a program.
     *
     * @param log the file that its output is added to
     * @param folder where it runs
     */
    public static ServerProcess start(Path log, Path folder, List<String> command) {
        try {
            return new ServerProcess(
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start(),
                    log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static java.io.File nothing() {
        return new java.io.File("/dev/null");
    }

    /** A port that nobody listens on now, and that this JVM was not told of lately. */
    public static InetSocketAddress freeAddress() {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int tries = 0; tries < PORTS; tries++) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, here)) {
                return new InetSocketAddress(here, socket.getLocalPort());
            } catch (IOException e) {
                // Somebody listens there.
            }
        }
        throw new IllegalStateException(
                "None of the %d ports from %d on is free.".formatted(PORTS, FIRST_PORT));
    }

    /** Waits until it answers; throws with the end of its log if it ends or the time does. */
    public void awaitReady(Duration atMost, BooleanSupplier answers) {
        long start = System.nanoTime();
        while (!answers.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended at its start: " + logEnd());
            }
            if (System.nanoTime() - start > atMost.toNanos()) {
                throw new IllegalStateException(
                        "The server did not answer in %s: %s".formatted(atMost, logEnd()));
            }
            pause(Duration.ofMillis(20));
        }
    }

    /** Whether somebody listens there. */
    public static boolean listens(InetSocketAddress address) {
        try (java.net.Socket socket = new java.net.Socket()) {
            socket.connect(address, 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its number. */
    public long pid() {
        return process.pid();
    }

    /** SIGKILL to it and its children; returns when they are gone. */
    public void kill() {
        List<ProcessHandle> all = tree();
        killNow();
        awaitEnd(all, Duration.ofSeconds(10));
        RUNNING.remove(this);
    }

    /**
     * SIGTERM to it; its children are its own business. Returns when all are gone, which it makes
     * sure of after the given time.
     */
    public void stop(Duration patience) {
        List<ProcessHandle> all = tree();
        process.destroy();
        if (!awaitEnd(all, patience)) {
            all.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(all, Duration.ofSeconds(10));
        }
        RUNNING.remove(this);
    }

    /** SIGSTOP to it and its children. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT to it and its children. */
    public void resume() {
        signal("CONT");
    }

    /** Sends a signal, {@code INT} for example, to it and its children. */
    public void signal(String signal) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        tree().forEach(one -> command.add(Long.toString(one.pid())));
        try {
            new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last lines of what it printed. */
    public String logEnd() {
        try (Stream<String> lines =
                Files.lines(log, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join(
                    System.lineSeparator(), all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** Deletes a folder with all that is in it; what is gone already is no error. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // Something else deleted it, or the system's temporary folder keeps a rest.
        }
    }

    private List<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    private void killNow() {
        tree().forEach(ProcessHandle::destroyForcibly);
    }

    /** The process itself counts as alive until its exit code is known, a moment longer. */
    private boolean awaitEnd(List<ProcessHandle> all, Duration atMost) {
        long start = System.nanoTime();
        while (process.isAlive() || all.stream().anyMatch(ProcessHandle::isAlive)) {
            if (System.nanoTime() - start > atMost.toNanos()) {
                return false;
            }
            pause(Duration.ofMillis(5));
        }
        return true;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a server.", e);
        }
    }
}
