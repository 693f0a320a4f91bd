package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.store.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller's own script takes effect only while the fence holds. */
final class RedisGuardTest {
    private static final String SET = "redis.call('SET', KEYS[1], ARGV[1]) return {#KEYS, #ARGV}";

    private final RedisStore store = RedisStore.open(SharedServer.newUrl());
    private final RedisClient client =
            RedisClient.create("redis://127.0.0.1:" + SharedServer.get().address().getPort());
    private final String key = "effect:" + System.nanoTime();
    private @Nullable RedisCommands<String, String> redis;

    @BeforeEach
    void connect() {
        redis = client.connect().sync();
    }

    @AfterEach
    void close() {
        store.close();
        client.shutdown();
    }

    private RedisCommands<String, String> redis() {
        RedisCommands<String, String> connected = redis;
        if (connected == null) {
            throw new IllegalStateException("not connected");
        }
        return connected;
    }

    private Object run(Fence fence, String value) {
        RedisGuard guard = store.guard(fence);
        return redis().eval(
                        RedisGuard.script(SET),
                        ScriptOutputType.MULTI,
                        guard.keys(key).toArray(String[]::new),
                        guard.arguments(value).toArray(String[]::new));
    }

    private long put(String storeKey) {
        CommitResult result =
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put(storeKey, Bytes.utf8("owner")))));
        return ((CommitResult.Applied) result).revision();
    }

    private Fence fence(Condition... conditions) {
        return new Fence(store.identity(), List.of(conditions));
    }

    private void refused(Fence fence) {
        Throwable thrown = catchThrowable(() -> run(fence, "no"));
        assertThat(RedisGuard.isFenced(thrown)).as("%s", thrown).isTrue();
        assertThat(redis().get(key)).isNotEqualTo("no");
    }

    @Test
    void a_script_runs_while_the_fence_holds_and_sees_its_own_keys_and_arguments() {
        Fence fence =
                fence(new Condition.Unchanged("owner", put("owner")), new Condition.Absent("none"));
        assertThat(run(fence, "yes")).isEqualTo(List.of(1L, 1L));
        assertThat(redis().get(key)).isEqualTo("yes");
        assertThat(run(fence(), "again")).isEqualTo(List.of(1L, 1L));
        assertThat(redis().get(key)).isEqualTo("again");
    }

    @Test
    void nothing_happens_when_the_owner_is_another_one() {
        Fence fence = fence(new Condition.Unchanged("owner", put("owner")));
        put("owner");
        refused(fence);
    }

    @Test
    void nothing_happens_when_the_owner_is_gone_or_somebody_came() {
        refused(fence(new Condition.Unchanged("nobody", 1)));
        Fence fence = fence(new Condition.Absent("someone"));
        put("someone");
        refused(fence);
    }

    @Test
    void nothing_happens_in_another_life_of_the_store() {
        Fence fence = fence(new Condition.Unchanged("owner", put("owner")));
        redis().hset(Names.of(namespace()).meta(), "run", "0000");
        refused(fence);
        // The store finds out, too, and what was claimed before is over.
        assertThat(store.read(Range.key("owner")).identity()).isNotEqualTo(fence.store());
        refused(fence);
    }

    private String namespace() {
        String url = store.toString();
        return url.substring(url.indexOf('=') + 1);
    }

    @Test
    void another_failure_of_the_script_is_not_taken_for_a_fence() {
        RedisGuard guard = store.guard(fence());
        Throwable thrown =
                catchThrowable(() ->
                        redis().eval(
                                        RedisGuard.script("return redis.call('NOSUCH')"),
                                        ScriptOutputType.VALUE,
                                        guard.keys().toArray(String[]::new),
                                        guard.arguments().toArray(String[]::new)));
        assertThat(thrown).isNotNull();
        assertThat(RedisGuard.isFenced(thrown)).isFalse();
    }
}
