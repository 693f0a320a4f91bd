package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A member whose own tie broke does not act until it holds again and a beat has succeeded since.
 */
final class OwnTieTest {
    private static final StoreIdentity STORE = new StoreIdentity("one");

    private final KeyValueModel store = new KeyValueModel(STORE, 1000);
    private final Timing timing = new Timing(Timing.millis(15_000), Timing.DRIFT_PER_MILLE);
    private final MemberMachine machine =
            new MemberMachine(
                    new MemberSettings("g", "me", "1", "", "tie", "", timing, 1_000_000_000, 100),
                    new Random(1));
    private final List<Effect> effects = new ArrayList<>();
    private long now = Timing.millis(1000);
    private long validUntil;
    private boolean answering = true;

    /** Carries an event out, and what follows from it. */
    private void on(Event first) {
        ArrayDeque<Event> events = new ArrayDeque<>(List.of(first));
        while (!events.isEmpty()) {
            List<Effect> told = machine.on(events.removeFirst(), new Now(now, 0));
            effects.addAll(told);
            told.forEach(effect -> carryOut(effect, events));
        }
    }

    private void carryOut(Effect effect, ArrayDeque<Event> events) {
        switch (effect) {
            case Effect.Valid valid -> validUntil = valid.untilNanos();
            case Effect.ReadGroup read -> {
                Snapshot all = store.read(Range.prefix("g/"));
                events.add(new Event.GroupRead(all.entries(), all.revision(), STORE));
            }
            case Effect.Send send -> {
                CommitResult result =
                        answering
                                ? store.commit(send.commit())
                                : new CommitResult.Unknown("no answer");
                events.add(new Event.CommitEnded(send.id(), result));
            }
            default -> {}
        }
    }

    private void tick(long millis) {
        for (long passed = 0; passed < millis; passed += 250) {
            now += Timing.millis(250);
            on(new Event.Tick());
        }
    }

    private boolean acts() {
        return now < validUntil;
    }

    @Test
    void it_stops_at_once_and_goes_on_after_a_beat_under_the_tie_made_again() {
        on(new Event.Join());
        tick(1000);
        assertThat(acts()).isTrue();

        on(new Event.OwnTie(false));
        assertThat(acts()).isFalse();
        tick(6000);
        assertThat(acts()).as("beats succeed, and the tie does not hold").isFalse();

        answering = false;
        on(new Event.OwnTie(true));
        assertThat(acts()).as("no beat has succeeded since").isFalse();
        answering = true;
        tick(1000);
        assertThat(acts()).isTrue();
        assertThat(effects).noneMatch(Effect.Lost.class::isInstance);
    }

    @Test
    void it_does_not_come_back_after_its_lease_before_the_tie_holds() {
        on(new Event.Join());
        tick(1000);
        answering = false;
        on(new Event.OwnTie(false));
        tick(16_000);
        assertThat(effects).anyMatch(Effect.Lost.class::isInstance);

        answering = true;
        tick(5000);
        assertThat(acts()).isFalse();
        on(new Event.OwnTie(true));
        tick(2000);
        assertThat(acts()).isTrue();
    }
}
