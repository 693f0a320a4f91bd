package dev.roster.cli.demo;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.division.KeyState;
import dev.roster.division.Keys;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.LastWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One run of the demonstration. */
final class Demo {
    private static final int MEMBERS = 4;

    /** How long the work should take, so that there is time to look and to interfere. */
    private static final long WORK_MILLIS = 16_000;

    private static final long AT_ONCE = 8;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long PROBE_MILLIS = 400;

    private final Path directory;
    private final boolean keep;
    private final boolean json;
    private final DemoView view;
    private final List<DemoProcess> processes = new ArrayList<>();
    private final List<Observation> done = new ArrayList<>();
    private final Map<String, Long> takeoverMillis = new LinkedHashMap<>();

    Demo(Path directory, boolean keep, boolean json) {
        this.directory = directory;
        this.keep = keep;
        this.json = json;
        this.view = new DemoView(json);
    }

    boolean run() throws IOException, InterruptedException {
        List<String> files = FileList.of(directory);
        if (files.isEmpty()) {
            view.say("There is no file in %s to work on.".formatted(directory));
            return false;
        }
        Path folder = Files.createTempDirectory("roster-demo-");
        Thread cleanup = new Thread(this::killAll);
        Runtime.getRuntime().addShutdownHook(cleanup);
        try {
            return run(files, folder);
        } finally {
            killAll();
            Runtime.getRuntime().removeShutdownHook(cleanup);
            if (keep) {
                view.say("The database and the histories are in " + folder);
            } else {
                delete(folder);
            }
        }
    }

    private boolean run(List<String> files, Path folder) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path database = folder.resolve("demo.db");
        long pace = Math.clamp(WORK_MILLIS * AT_ONCE / files.size(), 10, 2000);
        view.say(
                "%d files of %s, four processes, a SQLite database in %s"
                        .formatted(files.size(), directory, folder));
        view.say(
                "(each file is held for %d ms, so that there is something to see)".formatted(pace));
        try (Store store = Store.open("sqlite:" + database)) {
            Keys keys = Keys.of(store, DemoMemberCommand.GROUP, DemoMemberCommand.DIVISION);
            keys.add(files);
            for (int m = 1; m <= MEMBERS; m++) {
                start("m" + m, database, folder, pace);
            }
            interfere(store, keys, files.size(), database, folder, pace);
            waitForDone(keys, files.size(), 1.0, began);
            view.finish();
            view.say("All done; the members leave.");
            for (DemoProcess process : processes) {
                if (process.isAlive()) {
                    process.leave();
                }
            }
            DemoVerdict verdict = DemoVerdict.of(directory, files, store, keys, histories(), done);
            view.verdict(verdict, takeoverMillis, System.nanoTime() - began, json);
            return verdict.isGood();
        }
    }

    private void interfere(Store store, Keys keys, int files, Path database, Path folder, long pace)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        waitForDone(keys, files, 0.15, began);
        DemoProcess killed = processes.get(1);
        view.say("SIGKILL for %s: it can say goodbye to nobody.".formatted(killed.name));
        long asked = System.nanoTime();
        killed.kill();
        LastWords.died(killed.history, asked).ifPresent(done::add);
        awaitTakeover(keys, killed.name, files);
        waitForDone(keys, files, 0.35, began);
        DemoProcess frozen = processes.get(2);
        view.say(
                "SIGSTOP for %s: frozen, for longer than its lease of %d s."
                        .formatted(frozen.name, DemoMemberCommand.LEASE.toSeconds()));
        freeze(frozen, store);
        awaitTakeover(keys, frozen.name, files);
        view.say("A fifth process joins: m5.");
        start("m5", database, folder, pace);
        waitForDone(keys, files, 0.7, began);
        view.say("SIGCONT for %s: it believes no time has passed.".formatted(frozen.name));
        frozen.signal("CONT");
    }

    /**
     * A process that stands still within a transaction of SQLite's keeps all others from the file:
     * then it goes on for a moment, and is frozen again.
     */
    private static void freeze(DemoProcess process, Store store)
            throws IOException, InterruptedException {
        Commit nothing = new Commit(null, List.of(), List.of());
        long began = System.nanoTime();
        process.signal("STOP");
        CompletableFuture<CommitResult> probe =
                CompletableFuture.supplyAsync(() -> store.commit(nothing));
        while (!isApplied(probe)) {
            requireTime(began);
            process.signal("CONT");
            probe.join();
            Thread.sleep(100);
            process.signal("STOP");
            probe = CompletableFuture.supplyAsync(() -> store.commit(nothing));
        }
    }

    /** Waits for less than what would cost the others their leases. */
    private static boolean isApplied(CompletableFuture<CommitResult> probe)
            throws InterruptedException {
        try {
            return probe.get(PROBE_MILLIS, TimeUnit.MILLISECONDS) instanceof CommitResult.Applied;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The store cannot be written.", e);
        }
    }

    private void start(String name, Path database, Path folder, long pace) throws IOException {
        processes.add(DemoProcess.start(name, "sqlite:" + database, directory, folder, pace));
    }

    /** Waits until the others own all that a member did. */
    private void awaitTakeover(Keys keys, String victim, int files) throws InterruptedException {
        long from = System.nanoTime();
        while (keys.states("").stream().anyMatch(key -> key.owner().equals(victim))) {
            requireTime(from);
            Thread.sleep(10);
        }
        long millis = (System.nanoTime() - from) / 1_000_000;
        takeoverMillis.put(victim, millis);
        view.say("   the others had taken over all its files after %d ms".formatted(millis));
        view.progress(keys.states(""), files);
    }

    private void waitForDone(Keys keys, int files, double share, long began)
            throws InterruptedException {
        while (true) {
            List<KeyState> states = keys.states("");
            view.progress(states, files);
            long ended =
                    states.stream()
                            .filter(key ->
                                    key.state() == KeyState.State.DONE
                                            || key.state() == KeyState.State.FAILED)
                            .count();
            if (ended >= share * files) {
                return;
            }
            requireTime(began);
            Thread.sleep(100);
        }
    }

    private static void requireTime(long began) {
        if (System.nanoTime() - began > LIMIT.toNanos()) {
            throw new IllegalStateException(
                    "The demonstration did not get on within " + LIMIT + ": see --keep.");
        }
    }

    private List<Path> histories() {
        return processes.stream().map(process -> process.history).filter(Files::exists).toList();
    }

    private void killAll() {
        for (DemoProcess process : processes) {
            try {
                if (process.isAlive()) {
                    process.kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
