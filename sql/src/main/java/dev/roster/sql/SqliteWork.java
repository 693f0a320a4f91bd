package dev.roster.sql;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.sql.shared.Batches;
import dev.roster.sql.shared.Request;
import dev.roster.store.QueueResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What waits for the writer of a file: a part of its next transaction. */
interface SqliteWork {
    /** Who waits for it. */
    Request<?> request();

    /** Does it in a transaction that has begun; again if that is undone. */
    void apply(SqliteTransaction using) throws SQLException;

    /** The transaction has ended well: answers. */
    void done();

    /** About how many operations it has. */
    default int size() {
        return 1;
    }

    /** The partitions that it wakes, now that it is done. */
    default Map<String, Set<Integer>> wakes() {
        return Map.of();
    }

    /** A commit, or null to look whether the file went back in time. */
    final class OfStore extends Request<CommitResult> implements SqliteWork {
        private final @Nullable Commit commit;
        private CommitResult result = new CommitResult.Failed("not done");

        OfStore(@Nullable Commit commit) {
            this.commit = commit;
        }

        @Override
        public Request<?> request() {
            return this;
        }

        @Override
        public void apply(SqliteTransaction using) throws SQLException {
            result = using.commit(commit);
        }

        @Override
        public void done() {
            answer(result);
        }

        @Override
        protected CommitResult notDone(String why) {
            return new CommitResult.Failed(why);
        }

        @Override
        protected CommitResult unknown(String why) {
            return new CommitResult.Unknown(why);
        }
    }

    /** Batches of a queue. */
    final class OfQueue implements SqliteWork {
        private final Batches batches;
        private final List<QueueResult> results = new ArrayList<>();

        OfQueue(Batches batches) {
            this.batches = batches;
        }

        @Override
        public Request<?> request() {
            return batches;
        }

        @Override
        public void apply(SqliteTransaction using) throws SQLException {
            results.clear();
            for (int at = 0; at < batches.size(); at++) {
                results.add(using.apply(batches.get(at)));
            }
        }

        @Override
        public void done() {
            for (int at = 0; at < results.size(); at++) {
                batches.ended(at, results.get(at));
            }
        }

        @Override
        public int size() {
            int size = 0;
            for (int at = 0; at < batches.size(); at++) {
                size += batches.get(at).batch().size();
            }
            return size;
        }

        @Override
        public Map<String, Set<Integer>> wakes() {
            Map<String, Set<Integer>> woken = new HashMap<>();
            for (int at = 0; at < results.size(); at++) {
                Set<Integer> wakes = batches.get(at).batch().wakes();
                if (results.get(at) instanceof QueueResult.Applied && !wakes.isEmpty()) {
                    woken.computeIfAbsent(batches.get(at).queue(), name -> new TreeSet<>())
                            .addAll(wakes);
                }
            }
            return woken;
        }
    }

    /** Removes the first entries of a range of keys; tells how many, or null and why not. */
    final class Prune extends Request<Prune.Outcome> implements SqliteWork {
        /**
         * How it ended.
         *
         * @param why why some may have been removed or not; null if it went well
         */
        record Outcome(int removed, @Nullable String why) {}

        private final byte[] from;
        private final byte[] to;
        private final int atMost;
        private int removed;

        Prune(byte[] from, byte[] to, int atMost) {
            this.from = from;
            this.to = to;
            this.atMost = atMost;
        }

        @Override
        public Request<?> request() {
            return this;
        }

        @Override
        public void apply(SqliteTransaction using) throws SQLException {
            removed = using.prune(from, to, atMost);
        }

        @Override
        public void done() {
            answer(new Outcome(removed, null));
        }

        @Override
        protected Outcome notDone(String why) {
            return new Outcome(0, why);
        }

        @Override
        protected Outcome unknown(String why) {
            return new Outcome(0, why);
        }
    }
}
