package dev.roster.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.testkit.chaos.Carelessness;
import dev.roster.testkit.chaos.ChaosOptions;
import dev.roster.testkit.chaos.ChaosReport;
import dev.roster.testkit.chaos.ChaosResult;
import dev.roster.testkit.chaos.ChaosRun;
import dev.roster.testkit.chaos.Fault;
import dev.roster.testkit.check.Checker;
import dev.roster.testkit.check.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Some faults on each store in every build, about a minute each; which ones goes by the day, so
 * that all have had their turn after a few. {@code -Droster.chaos.minutes} gives each store so many
 * minutes of all its faults, {@code -Droster.chaos.seed} chooses the plan and the turn.
 */
@Timeout(7200)
final class ChaosIT {
    /** How many of a store's faults a build does. */
    private static final int AT_ONCE = 5;

    /** How many, where another kind of the same store does its own. */
    private static final int OF_A_VARIANT = 2;

    private static final List<String> VARIANTS = List.of("pgbouncer", "etcd-cluster");

    private final long day = LocalDate.now(ZoneOffset.UTC).toEpochDay();
    private final long seed = Long.getLong("roster.chaos.seed", day);
    private final double minutes =
            Double.parseDouble(System.getProperty("roster.chaos.minutes", "0"));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql", "pgbouncer", "redis", "etcd", "etcd-cluster"})
    void whatever_happens_the_promises_are_kept(String store) throws InterruptedException {
        List<Fault> faults = minutes > 0 ? ChaosRun.faults(store) : turn(store);
        System.out.printf("chaos on %s: seed %d, %s%n", store, seed, faults);
        ChaosResult result = run(store, faults, Carelessness.NONE);
        System.out.println(ChaosReport.text(result));
        assertThat(result.isGood())
                .as("seed %d, histories in %s:%n%s", seed, folder, ChaosReport.text(result))
                .isTrue();
        assertThat(result.sometimes().getOrDefault("effects accepted by the referee", 0L))
                .isGreaterThan(500);
        assertThat(result.judgements())
                .as(ChaosReport.text(result))
                .filteredOn(one -> one.id().startsWith("R") || one.id().startsWith("W"))
                .hasSize(5)
                .allMatch(one -> one.checks() > 100);
        assertThat(result.judgements())
                .as(ChaosReport.text(result))
                .filteredOn(one -> one.id().startsWith("J") && !one.id().equals("J8"))
                .hasSize(8)
                .allMatch(one -> one.checks() > 0);
    }

    @Test
    void commits_without_conditions_are_noticed() throws InterruptedException {
        List<Fault> faults = List.of(Fault.FREEZE_MEMBER, Fault.LEAVE_AND_JOIN);
        ChaosResult result = run("sqlite", faults, Carelessness.COMMITS);
        assertThat(result.judgements())
                .as(ChaosReport.text(result))
                .anyMatch(one -> one.tier() == Checker.Tier.A && one.violation() != null);
    }

    @Test
    void requests_that_anybody_carries_out_and_events_left_out_are_noticed()
            throws InterruptedException {
        List<Fault> faults = List.of(Fault.LEAVE_AND_JOIN);
        ChaosResult result = run("sqlite", faults, Carelessness.ROUTES);
        assertThat(result.judgements())
                .as(ChaosReport.text(result))
                .filteredOn(one -> one.violation() != null)
                .extracting(Judgement::id)
                .contains("R1", "R2", "R3", "R4", "W1");
        assertThat(ChaosResult.recheck(folder.resolve("sqlite")).judgements())
                .filteredOn(one -> one.violation() != null)
                .extracting(Judgement::id)
                .contains("R1", "R2", "R3", "R4", "W1");
    }

    @Test
    void ends_of_jobs_without_a_fence_and_submits_done_twice_are_noticed()
            throws InterruptedException {
        List<Fault> faults = List.of(Fault.FREEZE_MEMBER);
        ChaosResult result = run("sqlite", faults, Carelessness.JOBS);
        assertThat(result.judgements())
                .as(ChaosReport.text(result))
                .filteredOn(one -> one.violation() != null)
                .extracting(Judgement::id)
                .contains("J3", "J7", "J9");
    }

    private ChaosResult run(String store, List<Fault> faults, Carelessness careless)
            throws InterruptedException {
        return ChaosRun.run(
                new ChaosOptions(
                        store,
                        seed,
                        Duration.ofMillis((long) (minutes * 60_000)),
                        0,
                        ChaosOptions.MEMBERS,
                        ChaosOptions.LEASE,
                        faults,
                        careless,
                        folder.resolve(store)),
                System.out::println);
    }

    private List<Fault> turn(String store) {
        List<Fault> all = ChaosRun.faults(store);
        int atOnce = VARIANTS.contains(store) ? OF_A_VARIANT : AT_ONCE;
        List<Fault> chosen = new ArrayList<>();
        for (int i = 0; i < Math.min(atOnce, all.size()); i++) {
            chosen.add(all.get((int) Math.floorMod(seed * atOnce + i, (long) all.size())));
        }
        return chosen;
    }
}
