package dev.roster.redis;

import dev.roster.Condition;
import dev.roster.Fence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a Lua script of the caller's, sent with whatever driver, take effect only while a {@link
 * Fence} holds. From {@link RedisStore#guard}; immutable.
 *
 * <p>Send {@link #script} of the own script, {@link #keys} of its keys and {@link #arguments} of
 * its arguments with {@code EVAL} or {@code EVALSHA} to the server that the store is on. The script
 * sees its own keys and arguments alone. If the fence does not hold nothing of it runs, and the
 * server answers with an error that begins with {@code FENCED}.
 *
 * <p>On a cluster the own keys need the namespace's hash tag, <code>{namespace}</code>, in their
 * names.
 */
public final class RedisGuard {
    private static final String PREFIX = Script.resource("guard");
    private static final String FENCED = "FENCED ";

    private final Names names;
    private final Fence fence;

    RedisGuard(Names names, Fence fence) {
        this.names = names;
        this.fence = fence;
    }

    /**
     * The script to send for an own one: always the same for the same, so that the server keeps it.
     */
    public static String script(String own) {
        return PREFIX + own;
    }

    /** The keys to send for own ones. */
    public List<String> keys(String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.add(names.meta());
        all.add(names.entries());
        return List.copyOf(all);
    }

    /** The arguments to send for own ones. */
    public List<String> arguments(String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.add(RedisStore.lifeOf(fence.store()));
        for (Condition condition : fence.conditions()) {
            all.add(condition.key());
            all.add(
                    switch (condition) {
                        case Condition.Absent absent -> "";
                        case Condition.Unchanged unchanged -> String.valueOf(unchanged.modified());
                    });
        }
        all.add(String.valueOf(all.size() - own.length + 1));
        return List.copyOf(all);
    }

    /** Whether a driver's exception says that the fence did not hold. Then nothing has happened. */
    public static boolean isFenced(@Nullable Throwable failure) {
        Throwable cause = failure;
        // Bounded: causes may run in a circle.
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (String.valueOf(cause.getMessage()).startsWith(FENCED)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
