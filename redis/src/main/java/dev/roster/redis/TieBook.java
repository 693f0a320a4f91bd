package dev.roster.redis;

import dev.roster.store.Ties;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of other processes' ties. A tie is broken only if it was seen held over the same
 * connection in the same life, and was then seen missing twice, some time apart: its holder may be
 * making it anew.
 */
final class TieBook {
    /** Between two sights of a missing tie: longer than its holder needs to make it anew. */
    static final long GRACE_NANOS = 300_000_000;

    /** The next look at a tie that has been missed for long: what is said of it has to be fresh. */
    private static final long LOOK_AGAIN_NANOS = 100_000_000;

    /** For so long a missing tie is looked at again and again: whoever holds it may come back. */
    private static final long DOUBT_NANOS = 60_000_000_000L;

    /**
     * That a tie is missing is told for no longer after the server was asked: it may have been made
     * again, and a beat sent.
     */
    private static final long FRESH_NANOS = 225_000_000;

    /** A tie that nobody has asked for in this time is not looked at any more. */
    private static final long INTEREST_NANOS = 5_000_000_000L;

    /** A sight of a tie is good for no longer: then nobody has looked. */
    private static final long SIGHT_NANOS = 5_000_000_000L;

    private static final int WATCHED = 2000;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");

    private static final class Seen {
        long askedAt;
        long seenAt;
        boolean wasHeld;
        boolean isHeld;
        long missingSince;
        boolean isMissing;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, Seen> ties = new TreeMap<>();
    private @Nullable Object scene;

    static boolean isName(String tie) {
        return NAME.matcher(tie).matches();
    }

    /** Whether it is looked at already; from now on it is. */
    boolean ask(String tie, long now) {
        lock.lock();
        try {
            Seen seen = ties.get(tie);
            boolean isNew = seen == null;
            if (seen == null) {
                if (ties.size() >= WATCHED) {
                    return true;
                }
                seen = new Seen();
                ties.put(tie, seen);
            }
            seen.askedAt = now;
            return !isNew;
        } finally {
            lock.unlock();
        }
    }

    /** The ties to look at. */
    List<String> wanted(long now) {
        lock.lock();
        try {
            ties.values().removeIf(seen -> now - seen.askedAt > INTEREST_NANOS);
            return new ArrayList<>(ties.keySet());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note whether a tie was held, over that connection and in that life.
     *
     * @param asked when the server was asked: the answer may have taken long
     */
    void saw(String tie, boolean isHeld, Object in, long asked) {
        lock.lock();
        try {
            if (!in.equals(scene)) {
                forget();
                scene = in;
            }
            Seen seen = ties.get(tie);
            if (seen == null) {
                return;
            }
            seen.seenAt = asked;
            seen.isHeld = isHeld;
            seen.wasHeld |= isHeld;
            if (isHeld) {
                seen.isMissing = false;
            } else if (!seen.isMissing) {
                seen.isMissing = true;
                seen.missingSince = asked;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was seen until now says nothing any more. */
    void forget() {
        lock.lock();
        try {
            for (Seen seen : ties.values()) {
                seen.wasHeld = false;
                seen.isHeld = false;
                seen.isMissing = false;
            }
            scene = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How long after {@code now} a missing tie has to be looked at again: when it has been missed
     * for long enough, and from then on again and again.
     */
    OptionalLong untilLookNanos(long now) {
        lock.lock();
        try {
            return ties.values().stream()
                    .filter(seen -> seen.wasHeld && seen.isMissing)
                    .filter(seen -> now - seen.missingSince < DOUBT_NANOS)
                    .mapToLong(seen -> seen.missingSince + GRACE_NANOS - now)
                    .map(left -> left > 0 ? left : LOOK_AGAIN_NANOS)
                    .min();
        } finally {
            lock.unlock();
        }
    }

    Ties.State state(String tie, long now) {
        lock.lock();
        try {
            Seen seen = ties.get(tie);
            if (seen == null || !seen.wasHeld || now - seen.seenAt > SIGHT_NANOS) {
                return Ties.State.UNKNOWN;
            }
            if (seen.isHeld) {
                return Ties.State.HELD;
            }
            boolean isSure =
                    seen.isMissing
                            && seen.seenAt - seen.missingSince >= GRACE_NANOS
                            && now - seen.seenAt <= FRESH_NANOS;
            return isSure ? Ties.State.BROKEN : Ties.State.UNKNOWN;
        } finally {
            lock.unlock();
        }
    }
}
