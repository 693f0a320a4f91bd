package dev.roster.cli.demo;

import dev.roster.Entry;
import dev.roster.division.KeyState;
import dev.roster.division.Keys;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.Testimony;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came out of it.
 *
 * @param files how many files there were
 * @param done how many are done
 * @param equal how many results are those of a single process
 * @param executions how many times work on a file was begun
 * @param refused how many results of former owners the store turned away
 * @param broken promises that the history shows broken, by id
 */
record DemoVerdict(
        int files, int done, int equal, long executions, long refused, Map<String, String> broken) {

    static DemoVerdict of(
            Path directory,
            List<String> files,
            Store store,
            Keys keys,
            List<Path> histories,
            List<Observation> more)
            throws IOException {
        Map<String, String> results = new TreeMap<>();
        for (Entry entry : store.read(Range.prefix(DemoMemberCommand.RESULTS)).entries()) {
            results.put(
                    entry.key().substring(DemoMemberCommand.RESULTS.length()),
                    entry.value().toUtf8());
        }
        int equal = 0;
        for (String file : files) {
            String result = results.getOrDefault(file, "");
            // The last word of a result is the token that it was written under.
            String facts = result.substring(0, Math.max(0, result.lastIndexOf(' ')));
            equal += facts.equals(FileFacts.of(directory.resolve(file)).toString()) ? 1 : 0;
        }
        long done =
                keys.states("").stream().filter(key -> key.state() == KeyState.State.DONE).count();
        Testimony testimony = Testimony.read(histories, more);
        return new DemoVerdict(
                files.size(),
                (int) done,
                equal,
                testimony.started(),
                testimony.effects(false),
                testimony.broken(DemoMemberCommand.LEASE));
    }

    boolean isGood() {
        return done == files && equal == files && broken.isEmpty();
    }
}
