package dev.roster.cli.demo;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.Witness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One member process of the demonstration; ends when its standard input does. */
@Command(name = "demo-member", hidden = true)
final class DemoMemberCommand implements Callable<Integer> {
    static final String GROUP = "demo";
    static final String DIVISION = "files";

    /** Where results are, beside Roster's own records. */
    static final String RESULTS = "result/";

    static final Duration LEASE = Duration.ofSeconds(2);
    private static final int PARALLEL = 2;

    @Option(names = "--store", required = true)
    private String storeUrl = "";

    @Option(names = "--name", required = true)
    private String name = "";

    @Option(names = "--dir", required = true)
    private Path directory = Path.of("");

    @Option(names = "--history", required = true)
    private Path history = Path.of("");

    @Option(names = "--pace", required = true)
    private long paceMillis;

    @Override
    public Integer call() throws IOException {
        JoinOptions options = JoinOptions.defaults().withName(name).withLease(LEASE);
        try (Store store = Store.open(storeUrl);
                Member member = Group.join(store, GROUP, options);
                Witness witness = new Witness(member, new HistoryFile(history))) {
            DivisionOptions part =
                    DivisionOptions.defaults()
                            .withParallel(PARALLEL)
                            .withAtMost(4 * PARALLEL)
                            .withBackoff(Duration.ofMillis(200), Duration.ofSeconds(2));
            Division.of(member, DIVISION, part)
                    .start(work -> compute(work, member, store, witness));
            while (System.in.read() >= 0) {
                // Nothing is said; the end is what is waited for.
            }
            // Before its witness, which has to see it leave.
            member.close();
        }
        return 0;
    }

    private void compute(Ownership work, Member member, Store store, Witness witness)
            throws IOException, InterruptedException {
        String incarnation = member.incarnation();
        if (!witness.started(DIVISION, work, incarnation)) {
            throw new StoreUnavailableException("The process stood still: not valid any more.");
        }
        try {
            FileFacts facts = FileFacts.of(directory.resolve(work.key()));
            Thread.sleep(paceMillis);
            write(work, facts, incarnation, store, witness);
        } finally {
            witness.ended(DIVISION, work, incarnation);
        }
    }

    /** The result counts only if this member still owns the file when it is written. */
    private static void write(
            Ownership work, FileFacts facts, String incarnation, Store store, Witness witness) {
        Operation.Put result =
                new Operation.Put(RESULTS + work.key(), Bytes.utf8(facts + " " + work.token()));
        long asked = System.nanoTime();
        CommitResult answer = store.commit(work.fence().guard(result));
        witness.effect(DIVISION, work, incarnation, asked, answer instanceof CommitResult.Applied);
        if (!(answer instanceof CommitResult.Applied)) {
            throw new StoreUnavailableException("The result was not written: " + answer);
        }
    }
}
