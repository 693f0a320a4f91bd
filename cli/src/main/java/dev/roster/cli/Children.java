package dev.roster.cli;

import dev.roster.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts commands, each in a process group of its own that the watchdog ends with this process. */
final class Children implements AutoCloseable {
    /**
     * The shell waits until its group is registered with the watchdog; if this process ends before,
     * the command never begins. It reads no further than the line, so that what follows is the
     * command's.
     */
    private static final String WAIT = "IFS= read -r go && exec \"$@\"";

    private final boolean sessions = hasSetsid();
    private final Watchdog watchdog;

    Children(Duration tick) {
        this.watchdog = new Watchdog(tick, sessions);
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /**
     * Starts a command.
     *
     * @param input what it finds on its standard input
     * @param begun called when the command has been registered, just before it begins
     */
    Child start(
            List<String> command,
            Map<String, String> environment,
            Bytes input,
            LineSink lines,
            Runnable begun)
            throws IOException {
        List<String> wrapped = new ArrayList<>();
        if (sessions) {
            wrapped.add("setsid");
        }
        String script = input.size() == 0 ? WAIT + " </dev/null" : WAIT;
        wrapped.addAll(List.of("sh", "-c", script, "roster"));
        wrapped.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(wrapped);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String target = (sessions ? "-" : "") + process.pid();
        try {
            watchdog.guard(target);
            begun.run();
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
        Child child = new Child(process, target, watchdog, lines);
        OutputStream in = process.getOutputStream();
        try {
            in.write("go\n".getBytes(StandardCharsets.US_ASCII));
            in.flush();
        } catch (IOException e) {
            // It ended already; how, its exit code tells.
        }
        feed(in, input);
        return child;
    }

    /** The command may read as slowly as it likes, or not at all. */
    private static void feed(OutputStream in, Bytes input) {
        Runnable feeding =
                () -> {
                    try (in) {
                        in.write(input.toArray());
                    } catch (IOException e) {
                        // It reads no more.
                    }
                };
        if (input.size() == 0) {
            feeding.run();
        } else {
            Thread.ofPlatform().daemon().name("input").start(feeding);
        }
    }

    /** Whether commands can be put into process groups of their own. */
    private static boolean hasSetsid() {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(Pattern.quote(java.io.File.pathSeparator)))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "setsid")));
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
