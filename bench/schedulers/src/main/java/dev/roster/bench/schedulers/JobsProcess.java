package dev.roster.bench.schedulers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One process. Reads commands, a line each, answers each with a line; ends when its input does. */
public final class JobsProcess {
    private static final int BULK = 10_000;

    private final JobSystem system;
    private long next;

    private JobsProcess(JobSystem system, long first) {
        this.system = system;
        this.next = first;
    }

    /** With the library, the store's URL, a name, and the number of the first job. */
    public static void main(String[] args) throws Exception {
        JobSystem system =
                switch (args[0]) {
                    case "roster" -> new RosterJobs(args[1], args[2]);
                    case "db-scheduler" -> new DbSchedulerJobs(args[1], args[2]);
                    case "jobrunr" -> new JobRunrJobs(args[1]);
                    case "quartz" -> new QuartzJobs(args[1]);
                    default -> throw new IllegalArgumentException(args[0]);
                };
        new JobsProcess(system, Long.parseLong(args[3])).obey();
        // Some of them leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    static synchronized void print(String line) {
        System.out.println(line);
    }

    private void obey() throws Exception {
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        print("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            long begin = System.nanoTime();
            try {
                String answer = answer(words);
                print(answer == null ? "done " + (System.nanoTime() - begin) : answer);
            } catch (UnsupportedOperationException e) {
                print("cannot");
            }
        }
    }

    private @Nullable String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "install" -> system.install();
            case "work" -> system.work(Integer.parseInt(words[1]));
            case "stop" -> system.stop();
            case "tell" -> Runs.tell(true);
            case "time" -> Runs.time(true);
            case "reset" -> Runs.reset();
            case "one" -> system.submit(work(0));
            case "bulk" -> {
                int count = Integer.parseInt(words[1]);
                int micros = Integer.parseInt(words[2]);
                for (int left = count; left > 0; left -= BULK) {
                    system.submitAll(works(Math.min(left, BULK), micros));
                }
            }
            case "each" -> each(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "transactions" ->
                    system.submitInTransactions(works(Integer.parseInt(words[1]), 0));
            case "set" -> system.set(words[1], Integer.parseInt(words[2]));
            case "note" -> Notes.begin();
            case "noted" -> Notes.write(Path.of(words[1]));
            case "commit" -> system.commitBare();
            case "heap" -> {
                return "heap " + heap();
            }
            case "count" -> {
                return Runs.counted();
            }
            case "unfinished" -> {
                return "unfinished " + system.unfinished();
            }
            case "delays" -> {
                return Runs.delays();
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
        return null;
    }

    /** What is left of the heap after a full collection. */
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private Work work(int micros) {
        next++;
        return new Work(next, micros, System.nanoTime());
    }

    private List<Work> works(int count, int micros) {
        List<Work> all = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            all.add(work(micros));
        }
        return all;
    }

    /** Submits one by one, from several threads. */
    private void each(int count, int threads) throws InterruptedException, ExecutionException {
        List<Work> all = works(count, 0);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                running.add(
                        pool.submit(() -> {
                            for (int at = first; at < count; at += threads) {
                                system.submit(all.get(at));
                            }
                            return first;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }
}
