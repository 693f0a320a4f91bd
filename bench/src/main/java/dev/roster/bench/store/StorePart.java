package dev.roster.bench.store;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Operation;
import dev.roster.bench.ChildJvm;
import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures commits of one small write, and how soon another process knows of one. */
public final class StorePart implements Part {
    private static final long MILLIS = 1500;
    private static final int NOTICES = 300;

    private record Case(String text, int processes, int threads, List<String> by) {}

    private static final List<Case> CASES =
            List.of(
                    new Case("1 process", 1, 1, List.of("driver", "roster")),
                    new Case("4 processes", 4, 1, List.of("driver", "roster")),
                    new Case("1 process, 16 threads", 1, 16, List.of("roster")));

    @Override
    public String name() {
        return "store";
    }

    @Override
    public String summary() {
        return "commits of SqliteStore, beside the bare driver, and news of them (1 min)";
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        CommitTable commits = new CommitTable();
        for (String synchronous : List.of("FULL", "NORMAL")) {
            for (Case one : CASES) {
                for (String by : one.by) {
                    Path file =
                            directory.resolve(
                                    "store-%s-%s-%d-%d.db"
                                            .formatted(
                                                    by, synchronous, one.processes, one.threads));
                    List<Long> nanos = write(one, by, synchronous, file);
                    commits.add(by, synchronous, one.text, nanos, MILLIS);
                }
            }
        }
        Table notices = new Table();
        addNotices(notices, directory.resolve("notices.db"));
        return commits.markdown() + "\n" + notices.markdown();
    }

    private static List<Long> write(Case of, String by, String synchronous, Path file)
            throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        List<ChildJvm> writers = new ArrayList<>();
        try {
            for (int p = 0; p < of.processes; p++) {
                writers.add(
                        ChildJvm.start(
                                WriterProcess.class,
                                List.of(
                                        by,
                                        file.toString(),
                                        synchronous,
                                        Integer.toString(of.threads),
                                        Long.toString(MILLIS))));
                // One at a time: the first makes the tables.
                writers.getLast().answer();
            }
            writers.forEach(writer -> writer.tell("go"));
            for (ChildJvm writer : writers) {
                for (String one : writer.answer().split(" ")) {
                    if (!one.isEmpty()) {
                        nanos.add(Long.parseLong(one));
                    }
                }
            }
        } finally {
            for (ChildJvm writer : writers) {
                writer.close();
            }
        }
        return nanos;
    }

    private static void addNotices(Table table, Path file)
            throws IOException, InterruptedException {
        String url = "sqlite:" + file;
        List<Long> commits = new ArrayList<>();
        List<Long> notices = new ArrayList<>();
        try (Store store = Store.open(url);
                ChildJvm watcher =
                        ChildJvm.start(
                                NoticeProcess.class, List.of(url, Integer.toString(NOTICES)))) {
            watcher.answer();
            for (int n = 0; n < NOTICES; n++) {
                Thread.sleep(5 + n % 11);
                long begin = System.nanoTime();
                Bytes value = Bytes.utf8(Long.toString(begin));
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put(NoticeProcess.PREFIX + n % 10, value))));
                commits.add(System.nanoTime() - begin);
                notices.add(Long.parseLong(watcher.answer()));
            }
        }
        table.add("SqliteStore, FULL: commit by itself", "ms", Samples.millis(commits));
        table.add(
                "SqliteStore, FULL: begin of a commit to its notice in another process",
                "ms",
                Samples.millis(notices));
    }
}
