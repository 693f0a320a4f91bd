package dev.roster.runtime;

import dev.roster.protocol.Effect;

/** What the layers above are told; on the event loop, so they hand on and return at once. */
public interface MemberListener {
    /** An effect that concerns the layer above. */
    void on(Effect effect);
}
