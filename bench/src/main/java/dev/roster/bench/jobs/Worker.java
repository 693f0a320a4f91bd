package dev.roster.bench.jobs;

import dev.roster.bench.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that submits and does jobs with one of the libraries. */
final class Worker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** What a process has run since it was told to count anew. */
    record Counted(long begun, long ended, long firstNanos, long lastNanos) {}

    /** A line that a handler printed. */
    record Told(boolean isEnd, long number, long nanos, int attempt) {}

    private final ChildJvm process;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private volatile boolean isOver;

    private Worker(ChildJvm process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param first the number before that of its first job
     */
    static Worker start(String library, String url, String name, long first, String heap)
            throws IOException, InterruptedException {
        ChildJvm process =
                ChildJvm.start(
                        List.of("-Xmx" + heap),
                        lib() + "/*",
                        "dev.roster.bench.schedulers.JobsProcess",
                        List.of(library, url, name, Long.toString(first)),
                        ProcessBuilder.Redirect.INHERIT);
        Worker worker = new Worker(process);
        Thread.ofPlatform().daemon().start(worker::readAll);
        worker.expect("ready");
        return worker;
    }

    static Path lib() {
        return Path.of(
                System.getProperty("roster.bench.schedulers", "bench/schedulers/target/lib"));
    }

    private void readAll() {
        try {
            while (true) {
                String line = process.answer();
                if (line.startsWith("begin ") || line.startsWith("end ")) {
                    told.add(parsed(line.split(" ")));
                } else {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            isOver = true;
            answers.add("over");
        }
    }

    private static Told parsed(String[] words) {
        boolean isEnd = words[0].equals("end");
        return new Told(
                isEnd,
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                isEnd ? 0 : Integer.parseInt(words[3]));
    }

    long pid() {
        return process.pid();
    }

    /** What its handlers have told so far, in order. */
    List<Told> told() {
        return told;
    }

    private String expect(String first) throws IOException, InterruptedException {
        String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null || !answer.split(" ")[0].equals(first)) {
            throw new IOException("A process answered %s, not %s.".formatted(answer, first));
        }
        return answer;
    }

    /** Sends a command; {@link #done} awaits its end. */
    void tell(String command) {
        process.tell(command);
    }

    /** How long what it was told took, in nanoseconds. */
    long done() throws IOException, InterruptedException {
        return Long.parseLong(expect("done").split(" ")[1]);
    }

    long run(String command) throws IOException, InterruptedException {
        tell(command);
        return done();
    }

    /** Whether it could do it; if so, how long it took, else -1. */
    long tryRun(String command) throws IOException, InterruptedException {
        tell(command);
        String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null || answer.equals("over")) {
            throw new IOException("A process ended early.");
        }
        return answer.equals("cannot") ? -1 : Long.parseLong(answer.split(" ")[1]);
    }

    Counted counted() throws IOException, InterruptedException {
        tell("count");
        String[] words = expect("counted").split(" ");
        return new Counted(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    /** What is left of its heap after a full collection, in bytes. */
    long heap() throws IOException, InterruptedException {
        tell("heap");
        return Long.parseLong(expect("heap").split(" ")[1]);
    }

    long unfinished() throws IOException, InterruptedException {
        tell("unfinished");
        return Long.parseLong(expect("unfinished").split(" ")[1]);
    }

    /** How long after their submission jobs began here, since this was asked last. */
    List<Long> delays() throws IOException, InterruptedException {
        tell("delays");
        String[] words = expect("delays").split(" ");
        List<Long> all = new ArrayList<>();
        for (int at = 1; at < words.length; at++) {
            all.add(Long.parseLong(words[at]));
        }
        return all;
    }

    boolean isOver() {
        return isOver;
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException {
        process.kill();
    }
}
