package dev.roster.cli.demo;

import dev.roster.cli.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A member process, as the one who runs the demonstration sees it. */
final class DemoProcess {
    final String name;
    final Path history;
    private final Process process;

    private DemoProcess(String name, Path history, Process process) {
        this.name = name;
        this.history = history;
        this.process = process;
    }

    static DemoProcess start(
            String name, String storeUrl, Path directory, Path folder, long paceMillis)
            throws IOException {
        Path history = folder.resolve(name + ".jsonl");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "demo-member",
                        "--store",
                        storeUrl,
                        "--name",
                        name,
                        "--dir",
                        directory.toString(),
                        "--history",
                        history.toString(),
                        "--pace",
                        Long.toString(paceMillis)));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .redirectErrorStream(true)
                        .start();
        return new DemoProcess(name, history, process);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " failed");
        }
    }

    /** Lets it leave, and waits for that. */
    boolean leave() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor(20, TimeUnit.SECONDS);
    }
}
