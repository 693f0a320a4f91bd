package dev.roster.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The goals "nobody twice" and "nothing interrupted" mean something only if breaches are seen. */
final class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void two_owners_at_once_are_counted() {
        ledger.started("a", "k", 10);
        ledger.ended("a", "k", 20, true);
        ledger.started("b", "k", 20);
        assertThat(ledger.overlaps()).isEmpty();
        ledger.started("c", "k", 21);
        ledger.ended("b", "k", 24, true);
        assertThat(ledger.overlaps()).containsExactly(3L);
    }

    @Test
    void it_does_not_matter_in_which_order_the_members_tell() {
        ledger.started("b", "k", 25);
        ledger.started("a", "k", 10);
        ledger.ended("a", "k", 20, true);
        assertThat(ledger.overlaps()).isEmpty();
        assertThat(ledger.owners(List.of("a", "b"))).containsExactly(Map.entry("k", "b"));
    }

    @Test
    void a_key_that_stays_but_starts_again_was_interrupted() {
        ledger.started("a", "stays", 10);
        ledger.started("a", "moves", 10);
        Map<String, String> before = ledger.owners(List.of("a", "b"));
        ledger.ended("a", "moves", 120, true);
        ledger.started("b", "moves", 150);
        ledger.ended("a", "stays", 130, true);
        ledger.started("a", "stays", 160);

        Movement movement =
                Movement.read(ledger, 100, before, ledger.owners(List.of("a", "b")), 1, 0);

        assertThat(movement).isEqualTo(new Movement(60, 2, 1, List.of(30L, 30L), 1, 0));
    }

    @Test
    void a_death_is_no_clean_end() {
        ledger.started("a", "k", 10);
        ledger.died("a", 20);
        ledger.started("b", "k", 50);
        assertThat(ledger.since(50)).hasSize(1);
        assertThat(ledger.gapBefore(ledger.since(50).getFirst())).isEmpty();
    }
}
