package dev.roster.bench.cluster;

import dev.roster.Problem;
import dev.roster.bench.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A member's process as seen from outside: enters what it prints into the ledger. */
final class RunningMember implements AutoCloseable {
    private static final int WORDS = 10_000;

    private final ChildJvm jvm;
    private final Ledger ledger;
    private final BlockingQueue<String> words = new ArrayBlockingQueue<>(WORDS);
    private volatile String name;
    private volatile boolean frozen;
    private long invalidSince;

    private RunningMember(ChildJvm jvm, Ledger ledger, String name) {
        this.jvm = jvm;
        this.ledger = ledger;
        this.name = name;
    }

    /** Starts one. */
    static RunningMember start(Launch launch, Ledger ledger, String name) throws IOException {
        ChildJvm jvm = launch.start();
        RunningMember member = new RunningMember(jvm, ledger, name);
        Thread.ofPlatform().daemon().start(member::listen);
        return member;
    }

    String name() {
        return name;
    }

    long pid() {
        return jvm.pid();
    }

    /** Waits for the first line that begins with that word, and returns what follows. */
    String await(String word) throws InterruptedException {
        while (true) {
            String line = words.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new IllegalStateException(name + " did not say \"" + word + "\" in 60 s");
            }
            if (line.equals(word)) {
                return "";
            }
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
        }
    }

    void tell(String command) {
        jvm.tell(command);
    }

    void join() {
        tell("join " + name);
    }

    /** Joins under another name: as a new member. */
    void joinAs(String next) {
        name = next;
        join();
    }

    void kill() throws InterruptedException {
        jvm.kill();
        ledger.died(name, System.nanoTime());
    }

    void freeze() throws IOException, InterruptedException {
        frozen = true;
        jvm.signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        jvm.signal("CONT");
    }

    /** From here on, what interrupts it counts again. */
    void recovered() {
        frozen = false;
    }

    private void listen() {
        try (BufferedReader lines = jvm.answers()) {
            String line = lines.readLine();
            while (line != null) {
                enter(line);
                line = lines.readLine();
            }
        } catch (IOException e) {
            // It was killed.
            words.clear();
        }
    }

    private void enter(String line) {
        String[] parts = line.split(" ", 3);
        switch (parts[0]) {
            case "start" -> ledger.started(name, parts[2], Long.parseLong(parts[1]));
            case "stop" -> ledger.ended(name, parts[2], Long.parseLong(parts[1]), !frozen);
            case "stale" -> ledger.stale(Long.parseLong(parts[1]));
            case "invalid" -> invalidSince = Long.parseLong(parts[1]);
            case "valid" -> {
                if (!frozen) {
                    ledger.interrupted(Long.parseLong(parts[1]) - invalidSince);
                }
            }
            case "problem" -> {
                // Evictions are what is being measured.
                if (!parts[2].startsWith(Problem.Kind.MEMBER_EVICTED.name())) {
                    ledger.problem(name + " " + parts[2]);
                }
            }
            default -> words.add(line);
        }
    }

    @Override
    public void close() throws InterruptedException {
        jvm.close();
    }
}
