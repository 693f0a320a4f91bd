package dev.roster.testkit.witness;

import dev.roster.protocol.Timing;
import dev.roster.testkit.check.Checks;
import dev.roster.testkit.check.History;
import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Judgement;
import dev.roster.testkit.check.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All histories of a run as one: what happened in the store in its own order ({@link
 * RecordingStore}, {@link StoreWatcher}), what was done to its queues, what members did ({@link
 * Witness}), and what a guarded resource accepted. All checkers of the simulation judge it.
 */
public final class Chronicle {
    /**
     * How much later a refused effect is looked at. The claim that it lost to was known to nobody
     * yet, perhaps, when the refusal was; and a token that is not the present one never is again.
     */
    private static final long REFUSED_LATER_NANOS = 500_000_000L;

    /** How the divisions of queues are named. */
    private static final String QUEUES = "jobs/";

    private final StoreHistory store;
    private final JobHistory jobs;
    private final List<Observation> said = new ArrayList<>();

    /** The store that the process last wrote to whose lines are read. */
    private String storeOfFile = "";

    private Chronicle(String group) {
        store = new StoreHistory(group);
        jobs = new JobHistory(group);
    }

    /**
     * Reads the histories of a run.
     *
     * @throws IllegalArgumentException a line is none of a history, other than a last one that was
     *     cut short
     */
    public static Chronicle read(Collection<Path> files, String group) {
        Chronicle chronicle = new Chronicle(group);
        for (Path file : files) {
            chronicle.add(file);
        }
        chronicle.store.compare();
        chronicle.placeWhatWasTold();
        return chronicle;
    }

    private void add(Path file) {
        storeOfFile = "";
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < lines.size(); i++) {
            try {
                add(lines.get(i));
            } catch (IllegalArgumentException e) {
                if (i < lines.size() - 1) {
                    throw new IllegalArgumentException(
                            "%s, line %d: %s".formatted(file, i + 1, e.getMessage()), e);
                }
            }
        }
    }

    private void add(String line) {
        Map<String, Object> fields = JsonLine.parse(line);
        if (StoreLines.KINDS.contains(String.valueOf(fields.get("kind")))) {
            store.add(fields);
            storeOfFile = String.valueOf(fields.get("store"));
        } else if (QueueLines.KINDS.contains(String.valueOf(fields.get("kind")))) {
            jobs.add(fields);
        } else {
            Observation seen = History.fromLine(line);
            // It may be the first to know of a key that was handed to it.
            if (seen instanceof Observation.WorkStarted started && !storeOfFile.isEmpty()) {
                store.knows(storeOfFile, started.at(), started.token());
            }
            if (seen instanceof Observation.JobStarted started && !storeOfFile.isEmpty()) {
                store.knows(storeOfFile, started.at(), started.token());
            }
            said.add(later(seen));
        }
    }

    private static Observation later(Observation seen) {
        return seen instanceof Observation.EffectRefused refused
                ? new Observation.EffectRefused(
                        refused.at() + REFUSED_LATER_NANOS,
                        refused.member(),
                        refused.division(),
                        refused.key(),
                        refused.token(),
                        refused.inStore())
                : seen;
    }

    /**
     * A follower's watch may go on into the store's next life. Then it is judged by what the store
     * did in that one, though it may be told again what it knows when it learns of the new life.
     */
    private void placeWhatWasTold() {
        Map<String, Word> last = new HashMap<>();
        List<Observation> placed = new ArrayList<>(said.size());
        for (Observation seen : said) {
            switch (seen) {
                case Observation.EntryTold told -> {
                    Word before = last.getOrDefault(told.watcher(), Word.NONE);
                    String life = told.gone() ? before.goesOn(told.store()) : told.store();
                    last.put(told.watcher(), new Word(told.store(), store.lifeOf(life, told)));
                    placed.add(told);
                }
                case Observation.ToldUpTo upTo -> {
                    Word before = last.getOrDefault(upTo.watcher(), Word.NONE);
                    String life = before.goesOn(upTo.store());
                    if (store.isKnown(life, upTo.revision())) {
                        placed.add(
                                new Observation.ToldUpTo(
                                        upTo.at(), upTo.watcher(), life, upTo.revision()));
                    }
                }
                default -> placed.add(seen);
            }
        }
        said.clear();
        said.addAll(placed);
    }

    /** Which life a follower named last, and which one it was. */
    private record Word(String named, String life) {
        static final Word NONE = new Word("", "");

        String goesOn(String next) {
            return next.equals(named) ? life : next;
        }
    }

    /** Everything, by time; what happened in the store before what was done because of it. */
    public List<Observation> observations() {
        List<Observation> all = new ArrayList<>(store.observations());
        // Nobody says when work on a queue's partition begins: what shows is its jobs.
        all.removeIf(seen ->
                seen instanceof Observation.DivisionAgreed agreed
                        && agreed.division().startsWith(QUEUES));
        List<Observation> done = jobs.observations(all, said);
        all.addAll(said);
        all.addAll(done);
        all.sort(Comparator.comparingLong(Observation::at));
        return jobs.withoutForgotten(all);
    }

    /** What each checker says of it. */
    public List<Judgement> judge(Duration lease) {
        Timing timing = new Timing(lease.toNanos(), Timing.DRIFT_PER_MILLE);
        return Checks.judge(observations(), timing, true);
    }

    /** What the store did that no store may do, such as to leave a change out of a watch. */
    public List<String> anomalies() {
        List<String> all = new ArrayList<>(store.anomalies());
        all.addAll(jobs.anomalies(said));
        return all;
    }

    /** How many batches of queues ended in a way; those that were not answered are {@code ""}. */
    public Map<String, Long> batches() {
        return jobs.ended();
    }

    /** How many commits it knows of. */
    public long commits() {
        return store.commits();
    }

    /** How many commits were answered as failed; nothing happened. */
    public long failed() {
        return store.ended(true);
    }

    /** How many commits ended without that anybody knew how. */
    public long unknown() {
        return store.ended(false);
    }

    /** How many records were not as they had been, each time that the store was another one. */
    public long forgotten() {
        return store.forgotten();
    }

    /** How many times the store was another one than before. */
    public int replacements() {
        return store.replacements();
    }

    /** What processes and resources said, without the store. */
    public List<Observation> said() {
        return List.copyOf(said);
    }
}
