package dev.roster.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that runs one main class with this one's class path. It reads commands from its
 * input and ends when that does, so none outlives the benchmark.
 *
 * <p>Times are compared between these processes by {@link System#nanoTime}, which on Linux and
 * macOS is one clock for the whole machine.
 */
public final class ChildJvm implements AutoCloseable {
    private static final List<String> SMALL =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;

    private ChildJvm(Process process) {
        this.process = process;
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** With this JVM's class path. */
    public static ChildJvm start(Class<?> main, List<String> arguments) throws IOException {
        return start(
                System.getProperty("java.class.path"),
                main.getName(),
                arguments,
                ProcessBuilder.Redirect.INHERIT);
    }

    /** With a class path of its own, and what it prints as errors sent elsewhere. */
    public static ChildJvm start(
            String classPath, String main, List<String> arguments, ProcessBuilder.Redirect errors)
            throws IOException {
        return start(SMALL, classPath, main, arguments, errors);
    }

    /** With options of its own. */
    public static ChildJvm start(
            List<String> options,
            String classPath,
            String main,
            List<String> arguments,
            ProcessBuilder.Redirect errors)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        // The driver's logging facade would say that it has nothing to log to.
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        classPath,
                        main));
        command.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(command).redirectError(errors).start());
    }

    public long pid() {
        return process.pid();
    }

    public void tell(String command) {
        commands.println(command);
    }

    /** The next line it printed. */
    public String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("The process ended early.");
        }
        return line;
    }

    /** What it prints. */
    public BufferedReader answers() {
        return answers;
    }

    /** Kills it with SIGKILL; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends it a signal such as STOP or CONT. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    @Override
    public void close() throws InterruptedException {
        commands.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
