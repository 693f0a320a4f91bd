package dev.roster.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that cannot fail prove nothing: mistakes are made on purpose, and have to be noticed. */
final class MutantsTest {
    private static final long SEEDS = Long.getLong("roster.mutants.seeds", 150);

    @Test
    void the_simulation_notices_each_deliberate_mistake() {
        List<String> noticed = new ArrayList<>();
        List<String> missed = new ArrayList<>();
        for (Mutant mutant : MutantHunt.mutants()) {
            if (!MutantHunt.isRare(mutant)) {
                MutantHunt.Result result = MutantHunt.hunt(mutant, 1, SEEDS);
                System.out.println(result.line());
                (result.isCaught() ? noticed : missed).add(result.line());
            }
        }
        assertThat(missed).isEmpty();
        assertThat(noticed).hasSizeGreaterThanOrEqualTo(25);
    }
}
