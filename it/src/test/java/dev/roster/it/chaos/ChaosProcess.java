package dev.roster.it.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A member's process. */
final class ChaosProcess {
    final String name;
    final Path history;
    private final Process process;
    private long thawAt = -1;

    private ChaosProcess(String name, Path history, Process process) {
        this.name = name;
        this.history = history;
        this.process = process;
    }

    static ChaosProcess start(String name, String storeUrl, Path folder) throws IOException {
        Path history = folder.resolve(name + ".jsonl");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChaosMember.class.getName(),
                        storeUrl,
                        name,
                        history.toString());
        return new ChaosProcess(
                name,
                history,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isFrozen() {
        return thawAt >= 0;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, which makes it leave. */
    void stop() {
        process.destroy();
    }

    boolean awaitEnd(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    void freeze(long untilNanos) throws IOException, InterruptedException {
        thawAt = untilNanos;
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        if (isFrozen()) {
            thawAt = -1;
            signal("CONT");
        }
    }

    void thawIfDue(long nowNanos) throws IOException, InterruptedException {
        if (isFrozen() && nowNanos - thawAt >= 0) {
            thaw();
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        kill.waitFor();
    }
}
