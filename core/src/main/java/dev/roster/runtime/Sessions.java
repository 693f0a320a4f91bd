package dev.roster.runtime;

import java.util.Map;
import java.util.WeakHashMap;

/**
 * Finds the session behind a public object, so that the packages above the group need no public way
 * into it.
 */
public final class Sessions {
    private static final Map<Object, MemberSession> SESSIONS = new WeakHashMap<>();

    private Sessions() {}

    /** Remembers the session behind {@code member} for as long as that lives. */
    public static synchronized void remember(Object member, MemberSession session) {
        SESSIONS.put(member, session);
    }

    /** The session behind {@code member}. */
    public static synchronized MemberSession of(Object member) {
        MemberSession session = SESSIONS.get(member);
        if (session == null) {
            throw new IllegalArgumentException("Not a member of this Roster.");
        }
        return session;
    }
}
