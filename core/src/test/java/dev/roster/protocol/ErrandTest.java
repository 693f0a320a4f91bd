package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ErrandTest {
    private static final Seat A = new Seat(new Peer("a~1", "a", "", 0), 10);
    private static final Seat B = new Seat(new Peer("b~1", "b", "", 1), 20);

    private final Errand errand = new Errand();

    @Test
    void is_sent_to_the_owner() {
        assertThat(errand.next(A, 10, false)).isEqualTo(new Errand.Step.Send(A));
        assertThat(errand.hops()).isEqualTo(1);
    }

    @Test
    void waits_while_there_is_none_and_that_is_no_sending() {
        for (int n = 0; n < 100; n++) {
            assertThat(errand.next(null, 10, true)).isEqualTo(new Errand.Step.Await());
        }
        assertThat(errand.hops()).isZero();
        assertThat(errand.next(A, 11, true)).isEqualTo(new Errand.Step.Send(A));
    }

    @Test
    void believes_no_table_that_is_older_than_an_answer() {
        errand.next(A, 10, false);
        errand.notOwner(20);
        assertThat(errand.next(A, 19, false)).isEqualTo(new Errand.Step.Refresh(20));
        assertThat(errand.next(B, 20, false)).isEqualTo(new Errand.Step.Send(B));
    }

    @Test
    void asks_the_same_one_again_only_after_a_while() {
        errand.next(A, 10, false);
        errand.notOwner(10);
        assertThat(errand.next(A, 10, false)).isEqualTo(new Errand.Step.Await());
        assertThat(errand.next(A, 10, true)).isEqualTo(new Errand.Step.Send(A));
    }

    @Test
    void is_sent_three_times_at_most() {
        Seat[] turn = {A, B};
        for (int n = 0; n < Errand.HOPS; n++) {
            assertThat(errand.next(turn[n % 2], 10 + n, false))
                    .isEqualTo(new Errand.Step.Send(turn[n % 2]));
            errand.notOwner(11 + n);
        }
        assertThat(errand.next(A, 100, true)).isEqualTo(new Errand.Step.GiveUp());
        assertThat(errand.hops()).isEqualTo(Errand.HOPS);
    }
}
