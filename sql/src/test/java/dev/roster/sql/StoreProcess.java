package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.store.Queue;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process of its own that uses a store; it ends when its input does. */
final class StoreProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private StoreProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static StoreProcess start(Path file, String what) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(StoreProcess.class.getName(), file.toString(), what));
        Path errors = Files.createTempFile(file.getParent(), "process", ".err");
        return new StoreProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the process ended early: " + Files.readString(errors));
        }
        return line;
    }

    void go() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** SIGKILL. What it had printed until then can still be read. */
    List<String> kill() throws IOException, InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        List<String> rest = new ArrayList<>();
        try {
            output.lines().forEach(rest::add);
        } catch (java.io.UncheckedIOException e) {
            return rest; // the pipe went with the process
        }
        return rest;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** With a file and what to do. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (SqliteStore store = SqliteStore.open(Path.of(args[0]))) {
            System.out.println(store.ties().own());
            if (args[1].equals("open")) {
                return;
            }
            if (System.in.read() < 0) {
                return;
            }
            switch (args[1]) {
                case "count" -> count(store);
                case "pairs" -> pairs(store);
                case "flood" -> flood(store);
                case "follow" -> follow(store);
                case "turn" -> turn(store.path());
                case "look" -> look(store.path());
                case "woken" -> woken(store);
                case "wakes" -> wakes(store);
                default -> throw new IllegalArgumentException(args[1]);
            }
        }
    }

    private static void count(Store store) {
        for (int done = 0; done < 200; ) {
            List<Entry> found = store.read(Range.key("n")).entries();
            int next = Integer.parseInt(found.getFirst().value().toUtf8()) + 1;
            CommitResult result =
                    store.commit(
                            new Commit(
                                    null,
                                    List.of(Condition.unchanged(found.getFirst())),
                                    List.of(new Operation.Put("n", Bytes.utf8("" + next)))));
            done += result instanceof CommitResult.Applied ? 1 : 0;
        }
        System.out.println("done");
    }

    /** Two keys together, and word of each that was acknowledged; until killed. */
    private static void pairs(Store store) {
        for (int at = 1; ; at++) {
            Bytes value = Bytes.utf8("" + at);
            CommitResult result =
                    store.commit(
                            new Commit(
                                    null,
                                    List.of(),
                                    List.of(
                                            new Operation.Put("a", value),
                                            new Operation.Put("b", value))));
            if (result instanceof CommitResult.Applied) {
                System.out.println(at);
            }
        }
    }

    private static void flood(Store store) throws IOException {
        for (int thread = 0; thread < 4; thread++) {
            String key = "flood/" + ProcessHandle.current().pid() + "/" + thread;
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        while (true) {
                            store.commit(Puts.put(key, "x".repeat(200)));
                        }
                    });
        }
        System.in.read();
    }

    /** Tells what partition 3 of a queue has, each time that it is told to look. */
    private static void woken(Store store) throws IOException {
        Queue queue = store.queue("mail");
        queue.listen(partition -> System.out.println("woken: " + Entries.read(queue, 3)));
        System.out.println("listens");
        System.in.read();
    }

    private static void wakes(Store store) {
        store.queue("mail").apply(Entries.wake(1));
        System.out.println("done");
    }

    /** Asks for the turn to write, and tells when it came. */
    private static void turn(Path file) throws IOException {
        try (SideDirectory side = SideDirectory.acquire(file)) {
            System.out.println("asks");
            try (SideDirectory.Turn turn = side.await()) {
                System.out.println(System.nanoTime());
            }
        }
    }

    /** Asks for the state of every tie that there is, again and again; tells which is broken. */
    private static void look(Path file) throws IOException {
        Path ties = file.resolveSibling(file.getFileName() + "-roster").resolve("ties");
        System.out.println("looks");
        while (true) {
            try (SideDirectory side = SideDirectory.acquire(file);
                    Stream<Path> found = Files.list(ties)) {
                found.filter(tie -> side.state(tie.getFileName().toString()) == Ties.State.BROKEN)
                        .forEach(System.out::println);
            }
        }
    }

    /** How late each change of "now" is heard of; nanoTime is one clock for the machine. */
    private static void follow(Store store) throws InterruptedException {
        try (Watch watch = store.watch(Range.key("now"), store.read(Range.key("now")).revision())) {
            System.out.println("ready");
            while (true) {
                if (watch.next(Duration.ofSeconds(10)) instanceof Watch.Batch.Changes changes) {
                    long heard = System.nanoTime();
                    for (var change : changes.changes()) {
                        Entry now = change.now();
                        if (now != null) {
                            System.out.println(heard - Long.parseLong(now.value().toUtf8()));
                        }
                    }
                }
            }
        }
    }
}
