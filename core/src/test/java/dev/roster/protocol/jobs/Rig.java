package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A machine in virtual time on a queue of maps. What runs, runs until the test says otherwise. */
final class Rig {
    static final long SECOND = 1_000_000;
    static final long BEGIN = 1_700_000_000L * SECOND;
    static final Backoff FIVE_SECONDS = new Backoff(5 * SECOND, 600 * SECOND, 0);
    static final TaskSettings PLAIN =
            new TaskSettings(0, TaskSettings.Order.NONE, 1, 3, FIVE_SECONDS, 0);

    record Where(int partition, Ledger ledger) {}

    final Map<Where, TreeMap<Spot, Bytes>> queue = new LinkedHashMap<>();
    final Map<String, TaskSettings> tasks = new TreeMap<>(Map.of("t", PLAIN));
    final LinkedHashSet<JobRun> running = new LinkedHashSet<>();
    final List<String> started = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    final List<JobsEffect> effects = new ArrayList<>();
    final ArrayDeque<Flush.Answer> answers = new ArrayDeque<>();
    final Set<Integer> released = new LinkedHashSet<>();
    final List<Reading> readings = new ArrayList<>();

    /** How long a reading takes. */
    ToLongFunction<Reading> takes = unused -> 0;

    /** Which readings bring nothing. */
    Predicate<Reading> fails = unused -> false;

    int flushes;
    int concurrency = 10;
    int prefetch = 100;
    int operations = 1000;
    long now = BEGIN;
    long token = 1;
    int submitted;
    JobsMachine machine = machine();

    JobsMachine machine() {
        return new JobsMachine(
                new JobsSettings(
                        "m",
                        4,
                        concurrency,
                        prefetch,
                        1 << 20,
                        operations,
                        SECOND,
                        30 * SECOND,
                        true),
                tasks,
                random());
    }

    static RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    }

    /** Begins anew, with what was changed. */
    Rig with(TaskSettings task) {
        tasks.put("t", task);
        machine = machine();
        return this;
    }

    Rig own(int partition) {
        token++;
        machine.owned(partition, token, now);
        go();
        return this;
    }

    /** A process that is gone, and another that takes its partition over. */
    void crashAndTakeOver() {
        running.clear();
        machine = machine();
        own(0);
    }

    NavigableMap<Spot, Bytes> shelf(Ledger ledger) {
        return shelf(0, ledger);
    }

    NavigableMap<Spot, Bytes> shelf(int partition, Ledger ledger) {
        return queue.computeIfAbsent(new Where(partition, ledger), unused -> new TreeMap<>());
    }

    static JobRecord job(String task, String key) {
        return new JobRecord(
                task, key, "", Bytes.EMPTY, new TreeMap<>(), BEGIN, 0, 0, 0, 0, 0, List.of());
    }

    /** Puts a job that is due now; ids are in the order of submits. */
    Spot submit(String task, String key) {
        return submit(5, now - 10_000 + submitted, job(task, key));
    }

    Spot submit(int rank, long due, JobRecord job) {
        Spot spot = new Spot(rank, due, "j%03d".formatted(submitted));
        submitted++;
        shelf(Ledger.WORK).put(spot, job.toBytes());
        machine.woken(0);
        return spot;
    }

    List<List<Slip>> look(Reading reading) {
        List<List<Slip>> all = new ArrayList<>();
        for (Reading.Want want : reading.wants()) {
            List<Slip> found = new ArrayList<>();
            NavigableMap<Spot, Bytes> shelf = shelf(want.partition(), want.ledger());
            for (Map.Entry<Spot, Bytes> entry : shelf.entrySet()) {
                Spot spot = entry.getKey();
                Spot from = want.from();
                Spot to = want.to();
                if ((from == null || spot.compareTo(from) >= 0)
                        && (to == null || spot.compareTo(to) < 0)
                        && found.size() < want.atMost()) {
                    found.add(new Slip(spot, entry.getValue()));
                }
            }
            all.add(found);
        }
        return all;
    }

    /** Applies a batch, or refuses it with the spots of all that was not there. */
    Flush.Answer apply(Flush.Batch batch) {
        Bytes under = batch.under();
        Bytes turn = shelf(batch.partition(), Ledger.PROGRESS).get(PartitionRecord.SPOT);
        if (under != null && !Objects.equals(under, turn)) {
            return new Flush.Answer.Refused(List.of());
        }
        List<Spot> missing = new ArrayList<>();
        for (Step step : batch.steps()) {
            boolean needs = step instanceof Step.Take || step instanceof Step.Replace;
            if (needs && !shelf(step.partition(), step.ledger()).containsKey(step.spot())) {
                missing.add(step.spot());
            }
        }
        if (!missing.isEmpty()) {
            return new Flush.Answer.Refused(missing);
        }
        for (Step step : batch.steps()) {
            NavigableMap<Spot, Bytes> shelf = shelf(step.partition(), step.ledger());
            switch (step) {
                case Step.Put put -> shelf.put(put.spot(), put.value());
                case Step.Replace replace -> shelf.put(replace.spot(), replace.value());
                case Step.Remove remove -> shelf.remove(remove.spot());
                case Step.Take take -> shelf.remove(take.spot());
            }
        }
        return new Flush.Answer.Applied();
    }

    /** Reads and writes until there is nothing to do at this time. */
    void go() {
        for (int round = 0; round < 1000; round++) {
            machine.tick(now);
            take();
            Reading reading = machine.nextReading(now);
            if (reading != null) {
                read(reading);
            }
            Flush flush = machine.nextFlush(now);
            if (flush != null) {
                write(flush);
            }
            take();
            if (reading == null && flush == null) {
                return;
            }
        }
        throw new AssertionError("It never rests.");
    }

    void read(Reading reading) {
        readings.add(reading);
        List<List<Slip>> slips = look(reading);
        now += takes.applyAsLong(reading);
        if (fails.test(reading)) {
            machine.notRead(reading, now);
        } else {
            machine.read(reading, slips, now);
        }
    }

    void write(Flush flush) {
        flushes++;
        List<Flush.Answer> all = new ArrayList<>();
        for (Flush.Batch batch : flush.batches()) {
            Flush.Answer answer = answers.poll();
            if (answer instanceof Flush.Answer.Unknown) {
                // It was applied, and the answer got lost.
                apply(batch);
            }
            all.add(answer == null ? apply(batch) : answer);
        }
        machine.flushed(flush, all, now);
    }

    void take() {
        for (JobsEffect effect : machine.effects()) {
            effects.add(effect);
            switch (effect) {
                case JobsEffect.Start start -> {
                    running.add(start.run());
                    started.add(start.run().spot().id());
                }
                case JobsEffect.Told one -> told.add(one.what() + " " + one.run().spot().id());
                case JobsEffect.Released gone -> released.add(gone.partition());
                default -> {}
            }
        }
    }

    void pass(long micros) {
        long end = now + micros;
        while (now < end) {
            long wake = Math.max(now + 1, machine.wakeAt(now));
            now = Math.max(now, Math.min(end, wake));
            go();
        }
    }

    JobRun running(String id) {
        return running.stream()
                .filter(run -> run.spot().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " does not run; started: " + started));
    }

    void done(String id) {
        end(id, new Outcome.Done(List.of()));
    }

    void fail(String id) {
        end(id, new Outcome.Failed("no good", "at here", false));
    }

    void end(String id, Outcome outcome) {
        JobRun run = running(id);
        running.remove(run);
        machine.ended(run, outcome, now);
        go();
    }

    Reading reading() {
        return Objects.requireNonNull(machine.nextReading(now));
    }

    Flush flush() {
        return Objects.requireNonNull(machine.nextFlush(now));
    }

    Bytes value(Ledger ledger, Spot spot) {
        return Objects.requireNonNull(shelf(ledger).get(spot));
    }

    static Bytes checkpoint(JobRun run) {
        return Objects.requireNonNull(run.progress()).checkpoint();
    }

    JobCounts counts() {
        return machine.counts();
    }
}
