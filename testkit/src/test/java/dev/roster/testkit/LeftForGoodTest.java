package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Jobs;
import dev.roster.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for a member's end hears of it, whenever and however it comes. */
@Timeout(60)
final class LeftForGoodTest {
    private static final Duration LEASE = Duration.ofSeconds(1);

    private final MemoryStore store = new MemoryStore();

    private static Member joined(CutStore way, String name, Duration lease) {
        return Group.join(way, "g", JoinOptions.defaults().withName(name).withLease(lease));
    }

    /** Keeps what it is told of. */
    private static final class Ears implements GroupListener {
        final AtomicInteger left = new AtomicInteger();
        final List<Problem> problems = new CopyOnWriteArrayList<>();

        @Override
        public void left() {
            left.incrementAndGet();
        }

        @Override
        public void problem(Problem problem) {
            problems.add(problem);
        }
    }

    @Test
    void aListenerThatComesTooLateIsToldAtOnce() {
        Ears early = new Ears();
        Ears late = new Ears();
        try (Member member = joined(new CutStore(store), "one", LEASE)) {
            member.listen(early);
            member.close();
            member.listen(late);
        }
        assertThat(late.left).hasValue(1);
        Stage.await("the early one", () -> early.left.get() == 1);
    }

    @Test
    void aListenerThatComesWithTheEndIsToldOnce() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Ears ears = new Ears();
            try (Member member = joined(new CutStore(store), "one", LEASE)) {
                Thread ends = Thread.ofVirtual().start(member::cancel);
                member.listen(ears);
                Stage.await("told", () -> ears.left.get() > 0);
                ends.join();
            }
            assertThat(ears.left).hasValue(1);
        }
    }

    @Test
    void whoBeginsWithAMemberThatHasLeftIsToldSo() {
        try (Member member = joined(new CutStore(store), "one", LEASE)) {
            member.close();
            Division division = Division.of(member, "work", DivisionOptions.defaults());
            assertThatThrownBy(() -> division.start(work -> {}))
                    .hasMessageContaining("The member has left");
            try (Consumer consumer = Jobs.consumer(member, "mail").task("send", job -> {})) {
                assertThatThrownBy(consumer::start).hasMessageContaining("The member has left");
            }
        }
    }

    @Test
    void aMemberWhoseStoreIsClosedHasLeft() {
        CutStore way = new CutStore(store);
        Ears ears = new Ears();
        try (Member member = joined(way, "one", LEASE)) {
            member.listen(ears);
            way.close();
            Stage.await("told", () -> ears.left.get() == 1);
            assertThat(member.isValid()).isFalse();
        }
    }

    @Test
    void aMemberThatCannotComeBackHasLeft() {
        CutStore way = new CutStore(store);
        Ears ears = new Ears();
        try (Member one = joined(way, "one", LEASE);
                Member two = joined(new CutStore(store), "two", LEASE)) {
            one.listen(ears);
            Stage.await("two", () -> two.slot().map(slot -> slot.count() == 2).orElse(false));
            way.become(CutStore.Fault.REFUSING);
            Stage.await(
                    "one is evicted",
                    () -> two.slot().map(slot -> slot.count() == 1).orElse(false));
            two.close();
            try (Member other = joined(new CutStore(store), "other", LEASE.multipliedBy(2))) {
                way.become(CutStore.Fault.NONE);
                Stage.await("one is told", () -> ears.left.get() == 1);
                assertThat(ears.problems)
                        .last()
                        .satisfies(problem -> {
                            assertThat(problem.kind()).isEqualTo(Problem.Kind.JOIN_REFUSED);
                            assertThat(problem.detail())
                                    .contains("a lease of 2000 ms", "asks for 1000 ms");
                        });
                assertThat(one.isValid()).isFalse();
                assertThat(other.isValid()).isTrue();
            }
        }
    }
}
