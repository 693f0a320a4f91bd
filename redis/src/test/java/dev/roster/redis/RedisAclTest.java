package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract, with the rights that the manual tells to give and no more. */
final class RedisAclTest extends StoreContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String namespace = "acl" + TESTS.incrementAndGet();
    private final RedisServer server = SharedServer.get();

    RedisAclTest() {
        assertThat(server.command(rule(namespace))).isEqualTo("+OK\r\n");
    }

    /** The rule for a namespace and a user of the same name. */
    static String[] rule(String namespace) {
        return rule().replace("{default}", "{" + namespace + "}")
                .replace("SETUSER roster ", "SETUSER " + namespace + " ")
                .replace("PASSWORD", "secret")
                .split("\\s+", -1);
    }

    /** The rule, as it is written in the manual. */
    static String rule() {
        try {
            String page = Files.readString(Path.of("../docs/how-to/use-redis.md"));
            int begin = page.indexOf("ACL SETUSER");
            return page.substring(begin, page.indexOf("```", begin)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Store open() {
        return RedisStore.open(
                "redis://%s:secret@127.0.0.1:%d?timeout=10s&namespace=%s"
                        .formatted(namespace, server.address().getPort(), namespace));
    }
}
