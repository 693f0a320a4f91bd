package dev.roster.runtime;

import dev.roster.protocol.DivisionSettings;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.protocol.MemberSettings;
import dev.roster.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One member at run time: its driver, and who is told of what concerns the group or a division. */
public final class MemberSession implements MemberListener {
    private final Store store;
    private final MemberDriver driver;
    private final MemberListener group;
    private final Map<String, MemberListener> divisions = new ConcurrentHashMap<>();

    /** The member's last effect; guarded by {@link #divisions}. */
    private Effect.@Nullable Left gone;

    public MemberSession(Store store, MemberSettings settings, MemberListener group) {
        this.store = store;
        this.group = group;
        this.driver = new MemberDriver(store, settings, this);
    }

    public Store store() {
        return store;
    }

    public MemberDriver driver() {
        return driver;
    }

    /**
     * Takes part in a division; if the member has left, the listener is told that, at once.
     *
     * @throws IllegalStateException the member takes part in it already
     */
    public void join(DivisionSettings settings, MemberListener listener) {
        Effect.Left left;
        synchronized (divisions) {
            if (divisions.putIfAbsent(settings.name(), listener) != null) {
                throw new IllegalStateException(
                        "This member takes part in the division \"%s\" already: keep the first Division."
                                .formatted(settings.name()));
            }
            left = gone;
        }
        if (left == null) {
            driver.post(new Event.JoinDivision(settings));
        } else {
            listener.on(left);
        }
    }

    @Override
    public void on(Effect effect) {
        switch (effect) {
            case Effect.StartWork start -> tell(start.division(), effect);
            case Effect.StopWork stop -> tell(stop.division(), effect);
            case Effect.Released released -> tell(released.division(), effect);
            case Effect.Flushed flushed -> tell(flushed.division(), effect);
            case Effect.DivisionJoined joined -> tell(joined.division(), effect);
            case Effect.DivisionRefused refused -> tell(refused.division(), effect);
            case Effect.Report report -> group.on(effect);
            case Effect.Left left -> {
                List<MemberListener> present;
                synchronized (divisions) {
                    gone = left;
                    present = List.copyOf(divisions.values());
                }
                group.on(left);
                present.forEach(division -> division.on(left));
            }
            default -> {
                group.on(effect);
                divisions.values().forEach(division -> division.on(effect));
            }
        }
    }

    private void tell(String division, Effect effect) {
        MemberListener listener = divisions.get(division);
        if (listener != null) {
            listener.on(effect);
        }
    }
}
