package dev.roster.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script and the name that Redis knows it by.
 *
 * @param text what Redis runs
 * @param digest its SHA-1, by which a server that has it is asked to run it
 */
record Script(String text, String digest) {
    static final Script COMMIT = withPrelude("commit");
    static final Script READ = withPrelude("read");
    static final Script CHANGES = withPrelude("changes");
    static final Script QUEUE_APPLY = of(resource("queue-apply"));
    static final Script QUEUE_READ = of(resource("queue-read"));
    static final Script QUEUE_PRUNE = of(resource("queue-prune"));
    static final Script REHEARSE = of(resource("rehearse"));

    /** A script of that text. */
    static Script of(String text) {
        return new Script(text, sha1(text));
    }

    private static Script withPrelude(String name) {
        return of(resource("prelude") + resource(name));
    }

    /** The text of a script that lies beside this class. */
    static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("The module lacks its script " + name + ".lua.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1.", e);
        }
    }
}
