package dev.roster.division;

import dev.roster.Fence;
import dev.roster.runtime.Validity;

/** One member's exclusive right to one key, from its start to its stop. Safe for many threads. */
public final class Ownership {
    private final String key;
    private final long token;
    private final int attempts;
    private final Fence fence;
    private final Validity validity;
    private volatile boolean over;

    Ownership(String key, long token, int attempts, Fence fence, Validity validity) {
        this.key = key;
        this.token = token;
        this.attempts = attempts;
        this.fence = fence;
        this.validity = validity;
    }

    /** The key. */
    public String key() {
        return key;
    }

    /**
     * The fencing token: larger than that of every earlier owner of the key. A resource that
     * remembers the largest it has seen can turn away a former owner that does not know better.
     */
    public long token() {
        return token;
    }

    /** How many attempts at the key's work have failed before. */
    public int attempts() {
        return attempts;
    }

    /**
     * Whether the member may act on the key now. Quick: no I/O, no lock, no allocation. (Tier B: it
     * holds while clocks run within 1 % of each other. What must hold whatever happens goes by
     * {@link #fence} or {@link #token}.)
     */
    public boolean isValid() {
        return !over && validity.holds();
    }

    /** Makes a commit take effect only while this ownership is current, whatever happens. */
    public Fence fence() {
        return fence;
    }

    void end() {
        over = true;
    }

    @Override
    public String toString() {
        return "key \"%s\" under token %d".formatted(key, token);
    }
}
