package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The packaged command line as a process of its own, with its output in files. */
final class RosterProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private RosterProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static RosterProcess start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar"));
        command.add(Checkout.root().resolve("cli/target/roster.jar").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("ROSTER_STORE", "sqlite:" + folder.resolve("work.db"));
        builder.environment().put("ROSTER_GROUP", "group");
        return new RosterProcess(builder.start(), out, err);
    }

    /** Runs to the end and returns what it printed. */
    static String output(Path folder, String... arguments)
            throws IOException, InterruptedException {
        try (RosterProcess process = start(folder, arguments)) {
            assertThat(process.exitCode()).as(process.errors()).isZero();
            return process.output();
        }
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(errors()).isTrue();
        return process.exitValue();
    }

    String output() {
        return read(out);
    }

    String errors() {
        return read(err);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Sends it any signal, by name. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        assertThat(kill.waitFor()).isZero();
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited for: " + what).isNegative();
            Thread.sleep(20);
        }
    }

    /** Whether a process runs; one that has ended and was not collected does not. */
    static boolean runs(String pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", pid.strip(), "stat"));
        } catch (IOException e) {
            return false;
        }
        return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    }

    /** Ends it for good, if the test has not. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
