package dev.roster.bench.flow;

import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.net.URI;
import java.util.List;

/** The same sorted set, hash and stream. */
final class RedisReads implements DriverReads {
    /** The namespace of the test server's URL. */
    private static final String PREFIX = "roster:{test}:";

    /** Commits at once; each of them has 100 changes here. */
    private static final int COMMITS = 200;

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    RedisReads(URI at) {
        client = RedisClient.create("redis://%s:%d".formatted(at.getHost(), at.getPort()));
        connection = client.connect(StringCodec.ASCII);
    }

    @Override
    public int entries(String from, String to) {
        RedisCommands<String, String> redis = connection.sync();
        int all = 0;
        Range.Boundary<String> next = Range.Boundary.including(from);
        List<String> page;
        do {
            page =
                    redis.zrangebylex(
                            PREFIX + "index",
                            Range.from(next, Range.Boundary.excluding(to)),
                            Limit.create(0, PAGE));
            if (!page.isEmpty()) {
                List<KeyValue<String, String>> values =
                        redis.hmget(PREFIX + "entries", page.toArray(String[]::new));
                all += (int) values.stream().filter(KeyValue::hasValue).count();
                next = Range.Boundary.excluding(page.getLast());
            }
        } while (page.size() == PAGE);
        return all;
    }

    /** Of a commit the keys are the fields, and what they became the values. */
    @Override
    public int changes(String from, String to, long afterRevision, int howMany) {
        RedisCommands<String, String> redis = connection.sync();
        int all = 0;
        String after = afterRevision + "-0";
        while (all < howMany) {
            List<StreamMessage<String, String>> read =
                    redis.xrange(
                            PREFIX + "changes",
                            Range.from(Range.Boundary.excluding(after), Range.Boundary.unbounded()),
                            Limit.from(COMMITS));
            if (read.isEmpty()) {
                return all;
            }
            for (StreamMessage<String, String> commit : read) {
                all +=
                        (int)
                                commit.getBody().keySet().stream()
                                        .filter(key -> key.startsWith(from))
                                        .count();
            }
            after = read.getLast().getId();
        }
        return all;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
