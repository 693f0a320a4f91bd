package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Problem;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Store;
import dev.roster.store.Ties;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member whose own tie the store tells of in every way that it can. */
@Timeout(60)
final class OwnTieTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final TiedStore store = new TiedStore();

    /** A store whose word on ties the test decides. */
    private static final class TiedStore extends ForwardingStore {
        private volatile State state = State.HELD;
        private volatile CountDownLatch asked = new CountDownLatch(1);

        enum State {
            HELD,
            MENDING,
            THROWING,
            FAULTY
        }

        TiedStore() {
            super(new MemoryStore());
        }

        /** From now on; returns when the member has looked. */
        void become(State next) throws InterruptedException {
            state = next;
            asked = new CountDownLatch(2);
            asked.await();
        }

        @Override
        public Ties ties() {
            return new Ties() {
                @Override
                public String own() {
                    return "tie";
                }

                @Override
                public Ties.State state(String tie) {
                    asked.countDown();
                    return switch (state) {
                        case HELD -> Ties.State.HELD;
                        case MENDING -> Ties.State.MENDING;
                        case THROWING -> throw new IllegalStateException("for a test");
                        case FAULTY -> throw new AssertionError("a fault for a test");
                    };
                }
            };
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    @Test
    void a_member_does_not_act_while_its_tie_is_mended() throws InterruptedException {
        try (Store closing = store;
                Member member = joined()) {
            store.become(TiedStore.State.MENDING);
            await(() -> !member.isValid());
            store.become(TiedStore.State.HELD);
            await(member::isValid);
            assertThat(closing).isSameAs(member.store());
        }
    }

    @Test
    void a_store_that_throws_when_it_is_asked_for_a_tie_is_asked_again()
            throws InterruptedException {
        try (Store closing = store;
                Member member = joined()) {
            store.become(TiedStore.State.THROWING);
            assertThat(member.isValid()).isTrue();
            store.become(TiedStore.State.MENDING);
            await(() -> !member.isValid());
            store.become(TiedStore.State.HELD);
            await(member::isValid);
            assertThat(closing).isSameAs(member.store());
        }
    }

    @Test
    void a_fault_when_it_is_asked_for_a_tie_ends_the_member_and_is_told()
            throws InterruptedException {
        List<Problem> problems = new CopyOnWriteArrayList<>();
        CountDownLatch left = new CountDownLatch(1);
        try (Store closing = store;
                Member member = joined()) {
            member.listen(
                    new GroupListener() {
                        @Override
                        public void problem(Problem problem) {
                            problems.add(problem);
                        }

                        @Override
                        public void left() {
                            left.countDown();
                        }
                    });
            store.state = TiedStore.State.FAULTY;
            left.await();
            assertThat(closing).isSameAs(member.store());
        }
        assertThat(problems.getLast().kind()).isEqualTo(Problem.Kind.OWN_FAULT);
        assertThat(problems.getLast().detail()).contains("a fault for a test");
    }

    private Member joined() throws InterruptedException {
        Member member = Group.join(store, "g", JoinOptions.defaults().withLease(LEASE));
        await(member::isValid);
        return member;
    }
}
