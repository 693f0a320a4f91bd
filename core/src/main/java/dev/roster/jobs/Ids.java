package dev.roster.jobs;

import dev.roster.protocol.jobs.Punctuality;
import dev.roster.protocol.jobs.Spot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes ids: the time in microseconds, so that they sort by it, and what tells this producer from
 * all others. Those of one producer rise. Safe for use by many threads.
 */
final class Ids {
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
    private static final int TIME_DIGITS = 11;
    private static final int OWN_DIGITS = 8;

    private final String own;
    private long last;
    private long orderedFrom;

    Ids() {
        own = digits(new SecureRandom().nextLong() >>> 24, OWN_DIGITS);
    }

    /** A time that no id had yet, not before {@code now}. */
    synchronized long time(long now) {
        last = Math.max(last + 1, now);
        return last;
    }

    /** A job was submitted: what is submitted next of its key is read after it. */
    synchronized void submitted(long due, long now) {
        orderedFrom = Math.max(orderedFrom, Punctuality.notBefore(due, now));
    }

    /** When jobs may be due first that are done in order. */
    synchronized long orderedFrom() {
        return orderedFrom;
    }

    String at(long time) {
        return digits(time, TIME_DIGITS) + own;
    }

    /** When an id was made; -1 if it is none of these. */
    static long time(String id) {
        if (id.length() != TIME_DIGITS + OWN_DIGITS) {
            return -1;
        }
        long time = 0;
        for (int at = 0; at < TIME_DIGITS; at++) {
            int digit = DIGITS.indexOf(id.charAt(at));
            if (digit < 0) {
                return -1;
            }
            time = time << 5 | digit;
        }
        return time;
    }

    private static String digits(long value, int count) {
        char[] out = new char[count];
        long rest = value;
        for (int at = count - 1; at >= 0; at--) {
            out[at] = DIGITS.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(out);
    }

    /** Where it stands that a unique key is taken. */
    static Spot ofUnique(String key) {
        return new Spot(0, 0, "k-" + hash(key));
    }

    /** Where it stands that an id of a caller's is taken. */
    static Spot ofId(String id) {
        return new Spot(0, 0, "i-" + hash(id));
    }

    private static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] all = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }
}
