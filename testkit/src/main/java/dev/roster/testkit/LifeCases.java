package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.always;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.roster.CommitResult;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Identity, ties, interrupts and the end. */
interface LifeCases extends StoreCases {
    @Test
    default void all_handles_see_the_same_identity() {
        StoreIdentity identity = store().identity();
        assertThat(other().identity()).isEqualTo(identity);
        applied(store(), put("k", "v"));
        assertThat(store().identity()).isEqualTo(identity);
        assertThat(other().read(ALL).identity()).isEqualTo(identity);
        assertThat(identity.id()).isNotBlank();
    }

    @Test
    default void the_limits_allow_what_the_core_needs() {
        assertThat(store().limits().operations()).isGreaterThanOrEqualTo(100);
        assertThat(store().limits().valueBytes()).isGreaterThanOrEqualTo(64 * 1024);
    }

    @Test
    default void the_store_says_what_may_be_lost_and_why() {
        Durability durability = store().durability();
        assertThat(durability.why()).isNotBlank();
        assertThat(other().durability()).isEqualTo(durability);
    }

    @Test
    default void the_own_tie_holds_and_keeps_its_name() {
        Ties ties = store().ties();
        String own = ties.own();
        assertThat(store().ties().own()).isEqualTo(own);
        if (!own.isEmpty()) {
            assertThat(ties.state(own)).isEqualTo(Ties.State.HELD);
            assertThat(other().ties().state(own)).isEqualTo(Ties.State.HELD);
        }
    }

    @Test
    default void a_tie_that_nobody_made_is_unknown() {
        for (String tie :
                new String[] {
                    "",
                    "nobody",
                    "../../etc/passwd",
                    "/",
                    "a\0b",
                    "00000000-0000-0000-0000-000000000000",
                    "00000000000000000000000000000000",
                    "😀"
                }) {
            assertThat(store().ties().state(tie)).as(tie).isEqualTo(Ties.State.UNKNOWN);
        }
    }

    @Test
    default void an_interrupted_commit_ends_and_leaves_the_interrupt() {
        Thread.currentThread().interrupt();
        CommitResult result = store().commit(always(put("k", "v")));
        assertThat(Thread.interrupted()).isTrue();
        int found = store().read(ALL).entries().size();
        switch (result) {
            case CommitResult.Applied applied -> assertThat(found).isEqualTo(1);
            case CommitResult.Failed failed -> assertThat(found).isZero();
            case CommitResult.Unknown unknown -> assertThat(found).isLessThanOrEqualTo(1);
            case CommitResult.Refused refused -> throw new AssertionError(refused);
            case CommitResult.OtherStore other -> throw new AssertionError(other);
        }
        applied(store(), put("k", "w"));
    }

    @Test
    default void an_interrupted_read_ends_and_leaves_the_interrupt() {
        applied(store(), put("k", "v"));
        Thread.currentThread().interrupt();
        try {
            assertThat(store().read(ALL).entries()).hasSize(1);
        } catch (StoreUnavailableException e) {
            assertThat(e).hasMessageContaining("interrupt");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(store().read(ALL).entries()).hasSize(1);
    }

    @Test
    default void a_closed_store_does_nothing_and_says_so() {
        Watch watch = store().watch(ALL, 0);
        store().close();
        assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> store().read(ALL));
        assertThatExceptionOfType(StoreClosedException.class)
                .isThrownBy(() -> store().watch(ALL, 0));
        assertThat(store().commit(always(put("k", "v")))).isInstanceOf(CommitResult.Failed.class);
        assertThatIllegalStateException().isThrownBy(() -> watch.next(Duration.ofSeconds(10)));
    }

    @Test
    default void closing_twice_does_nothing() {
        store().close();
        store().close();
    }

    @Test
    default void closing_a_watch_twice_does_nothing() {
        Watch watch = store().watch(ALL, 0);
        watch.close();
        watch.close();
        assertThatIllegalStateException().isThrownBy(() -> watch.next(Duration.ZERO));
    }
}
