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
 * @param current how many results were written under the token under which the file is done
 * @param executions how many times work on a file was begun
 * @param refused how many results of former owners the store turned away
 * @param broken promises that the history shows broken, by id
 */
record DemoVerdict(
        int files,
        int done,
        int equal,
        int current,
        long executions,
        long refused,
        Map<String, String> broken) {

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
        Map<String, Long> tokens = new TreeMap<>();
        for (KeyState key : keys.states("")) {
            if (key.state() == KeyState.State.DONE) {
                tokens.put(key.key(), key.token());
            }
        }
        int equal = 0;
        int current = 0;
        for (String file : files) {
            String result = results.getOrDefault(file, " ");
            int end = result.lastIndexOf(' ');
            equal +=
                    result.substring(0, end)
                                    .equals(FileFacts.of(directory.resolve(file)).toString())
                            ? 1
                            : 0;
            current += result.substring(end + 1).equals(String.valueOf(tokens.get(file))) ? 1 : 0;
        }
        Testimony testimony = Testimony.read(histories, more);
        return new DemoVerdict(
                files.size(),
                tokens.size(),
                equal,
                current,
                testimony.started(),
                testimony.effects(false),
                testimony.broken(DemoMemberCommand.LEASE));
    }

    boolean isGood() {
        return done == files && equal == files && current == files && broken.isEmpty();
    }
}
