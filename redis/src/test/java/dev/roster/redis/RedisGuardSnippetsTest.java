package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.Member;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/how-to/use-redis.md. */
@Timeout(60)
class RedisGuardSnippetsTest {
    // tag::guard
    static final String PAY =
            """
            if redis.call('SADD', KEYS[2], ARGV[2]) == 1 then
                redis.call('INCRBY', KEYS[1], ARGV[1])
            end
            return 'OK'
            """;

    void pay(RedisStore store, Ownership work, RedisCommands<String, String> redis) {
        RedisGuard guard = store.guard(work.fence());
        redis.eval(
                RedisGuard.script(PAY),
                ScriptOutputType.VALUE,
                guard.keys("balance:" + work.key(), "paid").toArray(String[]::new),
                guard.arguments("5", work.key()).toArray(String[]::new));
    }

    // end::guard

    @Test
    void an_effect_happens_once_and_none_after_the_ownership() throws InterruptedException {
        RedisClient client =
                RedisClient.create("redis://127.0.0.1:" + SharedServer.get().address().getPort());
        RedisCommands<String, String> redis = client.connect().sync();
        BlockingQueue<Ownership> paid = new LinkedBlockingQueue<>();
        try (RedisStore store = RedisStore.open(SharedServer.newUrl());
                Member member = Group.join(store, "shop")) {
            Division accounts = Division.of(member, "interest");
            accounts.keys().add("a");
            accounts.start(work -> {
                pay(store, work, redis);
                pay(store, work, redis); // a crash before the key was done, and a second try
                paid.add(work);
            });
            Ownership old = paid.take();
            accounts.flush(Duration.ofSeconds(10));
            assertThat(redis.srem("paid", "a")).isEqualTo(1);
            Throwable thrown = catchThrowable(() -> pay(store, old, redis));
            assertThat(RedisGuard.isFenced(thrown)).as("%s", thrown).isTrue();
            assertThat(redis.get("balance:a")).isEqualTo("5");
        } finally {
            client.shutdown();
        }
    }
}
