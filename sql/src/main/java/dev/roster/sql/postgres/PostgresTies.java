package dev.roster.sql.postgres;

import dev.roster.store.TieTurns;
import dev.roster.store.Ties;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Ties are advisory locks that sessions hold: the server drops them when the session ends. Nothing
 * correct rests on them; they make a takeover faster.
 *
 * <p><b>Own.</b> The tail's session holds it. A session that broke is made again under the same
 * name at once; what the server may still keep of the old one is ended. If that takes longer than
 * {@link #OWN_GRACE_NANOS}, the member is told, and does not act until the tie holds again: that is
 * shorter than what any observer waits.
 *
 * <p><b>Others.</b> Looked up together with the look for changes, about once a second, in turns
 * with the other observers, and only those that were asked for lately. Broken is a tie that this
 * observer's session saw held, that the same run of the server does not show any more, and still
 * does not {@link #OTHERS_GRACE_NANOS} later. Whatever else happens makes it unknown.
 */
final class PostgresTies implements Ties {
    static final long OWN_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    static final long OTHERS_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The next look at a tie that has been missed for long: what is said of it has to be fresh. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** As long as a tie is missing it is looked at again and again, for so long at most. */
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What was asked longer ago is not told: the tie may have been made again, and a beat sent. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(225);

    /** A tie that nobody asked for in this time is not watched any more. */
    private static final long INTEREST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int WATCHED = 1000;
    private static final Pattern NAME = Pattern.compile("pg[0-9a-f]{16}");

    /** Those of this process: nobody needs to ask a server for them. */
    private static final Map<String, PostgresTies> HERE = new ConcurrentHashMap<>();

    /** What is known of the tie of another process. */
    private static final class Other {
        volatile long askedNanos = System.nanoTime();
        volatile State state = State.UNKNOWN;
        boolean wasHeld;
        long missingSince;
        volatile long seenNanos;
    }

    private final long key = ThreadLocalRandom.current().nextLong();
    private final String own = "pg" + HexFormat.of().toHexDigits(key);
    private final Map<String, Other> others = new ConcurrentHashMap<>();
    private volatile boolean isHeld;
    private volatile long lostNanos = System.nanoTime() - OWN_GRACE_NANOS;
    private volatile boolean closed;
    private String run = "";

    PostgresTies() {
        HERE.put(own, this);
    }

    @Override
    public String own() {
        return own;
    }

    @Override
    public State state(String tie) {
        if (tie.equals(own)) {
            return ownState();
        }
        if (!NAME.matcher(tie).matches()) {
            return State.UNKNOWN;
        }
        PostgresTies here = HERE.get(tie);
        if (here != null) {
            return here.isHeld ? State.HELD : State.UNKNOWN;
        }
        if (others.size() >= WATCHED && !others.containsKey(tie)) {
            return State.UNKNOWN;
        }
        Other other = others.computeIfAbsent(tie, unused -> new Other());
        long now = System.nanoTime();
        other.askedNanos = now;
        boolean isStale = other.state == State.BROKEN && now - other.seenNanos > FRESH_NANOS;
        return isStale ? State.UNKNOWN : other.state;
    }

    private State ownState() {
        if (closed) {
            return State.BROKEN;
        }
        return isHeld || System.nanoTime() - lostNanos < OWN_GRACE_NANOS
                ? State.HELD
                : State.MENDING;
    }

    boolean isHeld() {
        return isHeld;
    }

    /** Takes the own tie in a session, or takes it over from one that is gone but not dropped. */
    void hold(Connection session) throws SQLException {
        if (isHeld || closed) {
            return;
        }
        String id = String.valueOf(key);
        boolean held = tryLock(session, id);
        if (!held) {
            PostgresSchema.text(
                    session,
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
                        AND ((classid::bigint << 32) | objid::bigint) = ?::bigint
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """,
                    id);
            held = tryLock(session, id);
        }
        isHeld = held;
    }

    private static boolean tryLock(Connection session, String id) throws SQLException {
        return PostgresSchema.text(session, "SELECT pg_try_advisory_lock(?::bigint)::text", id)
                .equals("true");
    }

    /** The session broke: the own tie has to be made again, and of the others nothing is known. */
    void sessionLost() {
        if (isHeld) {
            lostNanos = System.nanoTime();
            isHeld = false;
        }
        forget();
    }

    private void forget() {
        for (Other other : others.values()) {
            other.state = State.UNKNOWN;
            other.wasHeld = false;
            other.missingSince = 0;
        }
    }

    /** The ties to look up now, by the numbers of their locks. */
    List<Long> watched() {
        long now = System.nanoTime();
        others.values().removeIf(other -> now - other.askedNanos > INTEREST_NANOS);
        List<Long> keys = new ArrayList<>();
        others.keySet().forEach(tie -> keys.add(HexFormat.fromHexDigitsToLong(tie.substring(2))));
        return keys;
    }

    /**
     * How long until a missing tie is looked up again, in nanoseconds: when it has been missed for
     * long enough, and from then on again and again, for whoever holds it may come back.
     */
    OptionalLong untilLookNanos() {
        long now = System.nanoTime();
        return others.values().stream()
                .filter(other -> other.missingSince != 0 && now - other.missingSince < DOUBT_NANOS)
                .mapToLong(other -> other.missingSince + OTHERS_GRACE_NANOS - now)
                .map(left -> left > 0 ? left : LOOK_AGAIN_NANOS)
                .min();
    }

    /** How long until it is this process's turn to look up the ties of others. */
    long untilTurnNanos(Duration interval) {
        return TieTurns.untilNanos(own, others.keySet(), interval, System.currentTimeMillis());
    }

    /**
     * What the server showed.
     *
     * @param in which run of the server
     * @param asked what was looked up
     * @param held the ones of them that are held
     * @param at when the server was asked: the answer may have taken long
     */
    void looked(String in, List<Long> asked, Set<Long> held, long at) {
        if (!in.equals(run)) {
            forget();
            run = in;
        }
        for (Long each : asked) {
            Other other = others.get("pg" + HexFormat.of().toHexDigits(each));
            if (other == null) {
                continue;
            }
            if (held.contains(each)) {
                other.wasHeld = true;
                other.missingSince = 0;
                other.state = State.HELD;
            } else if (other.wasHeld && other.missingSince == 0) {
                other.missingSince = at;
            } else if (other.wasHeld && at - other.missingSince >= OTHERS_GRACE_NANOS) {
                other.seenNanos = at;
                other.state = State.BROKEN;
            }
        }
    }

    void close() {
        closed = true;
        isHeld = false;
        HERE.remove(own);
    }
}
