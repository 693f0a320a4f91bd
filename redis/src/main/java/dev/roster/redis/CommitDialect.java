package dev.roster.redis;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Commits, as the script that applies them is told of them. */
final class CommitDialect implements Dialect<Commit, CommitResult> {
    private static final int BATCH_COMMITS = 64;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] PUT = {'p'};
    private static final byte[] DELETE = {'d'};
    private static final byte[] QUIET = {'q'};

    private final Conversation conversation;

    CommitDialect(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public int most() {
        return BATCH_COMMITS;
    }

    @Override
    public int cost(Commit commit) {
        return commit.conditions().size() + commit.operations().size();
    }

    @Override
    public CompletableFuture<List<Object>> send(Session session, List<Commit> commits) {
        return session.run(Script.COMMIT, conversation.names().keys(), arguments(commits));
    }

    @Override
    public List<CommitResult> read(List<Commit> commits, Answer answer) {
        String life = answer.text();
        conversation.known().saw(life, answer.number());
        StoreIdentity identity = RedisStore.identityOf(life);
        List<CommitResult> results = new ArrayList<>();
        while (answer.hasNext()) {
            results.add(result(answer.list(), identity));
        }
        return results;
    }

    @Override
    public CommitResult undone(String why) {
        return new CommitResult.Failed(why);
    }

    @Override
    public CommitResult unknown(String why) {
        return new CommitResult.Unknown(why);
    }

    private static CommitResult result(Answer answer, StoreIdentity identity) {
        return switch ((int) answer.number()) {
            case 1 -> new CommitResult.Applied(answer.number());
            case 2 -> new CommitResult.OtherStore(identity);
            default -> refused(answer);
        };
    }

    private static CommitResult refused(Answer answer) {
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        while (answer.hasNext()) {
            String key = answer.text();
            byte[] packed = answer.bytes();
            failed.add(key);
            if (packed.length > 0) {
                found.add(Answer.entry(key, packed));
            }
        }
        return new CommitResult.Refused(failed, found);
    }

    private byte[][] arguments(List<Commit> commits) {
        int count = 2;
        for (Commit commit : commits) {
            count += 4 + 2 * commit.conditions().size();
            count += 3 * commit.operations().size();
        }
        byte[][] arguments = conversation.arguments(count);
        int at = Conversation.OWN;
        arguments[at++] = Names.bytes(conversation.names().newsPrefix());
        arguments[at++] = Conversation.number(commits.size());
        for (Commit commit : commits) {
            at = write(commit, arguments, at);
        }
        return arguments;
    }

    private static int write(Commit commit, byte[][] arguments, int from) {
        int at = from;
        StoreIdentity store = commit.store();
        arguments[at++] = store == null ? NOTHING : Names.bytes(RedisStore.lifeOf(store));
        arguments[at++] = Conversation.number(commit.conditions().size());
        for (Condition condition : commit.conditions()) {
            arguments[at++] = Names.bytes(condition.key());
            arguments[at++] =
                    switch (condition) {
                        case Condition.Absent absent -> NOTHING;
                        case Condition.Unchanged unchanged ->
                                Conversation.number(unchanged.modified());
                    };
        }
        arguments[at++] = commit.isQuiet() ? QUIET : NOTHING;
        arguments[at++] = Conversation.number(commit.operations().size());
        for (Operation operation : commit.operations()) {
            arguments[at++] = operation.key().getBytes(StandardCharsets.UTF_8);
            switch (operation) {
                case Operation.Put put -> {
                    arguments[at++] = PUT;
                    arguments[at++] = put.value().toArray();
                }
                case Operation.Delete delete -> {
                    arguments[at++] = DELETE;
                    arguments[at++] = NOTHING;
                }
            }
        }
        return at;
    }
}
