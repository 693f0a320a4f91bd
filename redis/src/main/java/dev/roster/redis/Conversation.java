package dev.roster.redis;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all scripts of a handle are told, and what is learnt from their answers.
 *
 * @param names the namespace's
 * @param known what the handle has seen
 * @param secrets what must not be in a message
 * @param lives makes names for lives that nobody ever had
 */
record Conversation(Names names, Known known, Secrets secrets, Lives lives) {
    Conversation(Names names, Secrets secrets) {
        this(names, new Known(), secrets, new Lives());
    }

    /** Where a script's own arguments begin. */
    static final int OWN = 3;

    /** Arguments with room for {@code own} more. */
    byte[][] arguments(int own) {
        Known.Seen seen = known.now();
        byte[][] arguments = new byte[OWN + own][];
        arguments[0] = Names.bytes(seen.life());
        arguments[1] = number(seen.highest());
        arguments[2] = Names.bytes(lives.next());
        return arguments;
    }

    static byte[] number(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** Names for lives. */
    static final class Lives {
        private final String handle;
        private final AtomicLong count = new AtomicLong();

        Lives() {
            byte[] random = new byte[12];
            new SecureRandom().nextBytes(random);
            handle = HexFormat.of().formatHex(random);
        }

        String next() {
            return handle + "-" + Long.toString(count.incrementAndGet(), 36);
        }
    }
}
