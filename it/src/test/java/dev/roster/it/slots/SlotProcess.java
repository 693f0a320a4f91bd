package dev.roster.it.slots;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A {@link SlotMember} in a process of its own, and what it has said. */
final class SlotProcess {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private SlotProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(this::listen);
    }

    static SlotProcess start(String name, String storeUrl) throws IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SlotMember.class.getName(),
                        storeUrl,
                        name);
        return new SlotProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void listen() {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("END");
        }
    }

    /** All that it has said. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The last thing that it said of its slot, such as {@code 0/3}. */
    String slot() {
        String last = "";
        for (String line : lines) {
            if (line.startsWith("SLOT ")) {
                last = line.substring(5);
            } else if (line.equals("LOST")) {
                last = "";
            }
        }
        return last;
    }

    void signal(String signal) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
    }

    void end() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
