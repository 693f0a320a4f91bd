package dev.roster.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Entry;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.Testimony;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five processes on SQLite, for a minute: killed, frozen past the lease, stopped, replaced. {@code
 * -Droster.chaos.seconds} and {@code -Droster.chaos.seed} change how long and which.
 */
@Timeout(600)
final class SqliteChaosIT {
    private static final int MEMBERS = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder = Path.of("");

    private final List<ChaosProcess> all = new ArrayList<>();
    private final List<Observation> deaths = new ArrayList<>();
    private final int[] done = new int[4];

    @Test
    void whatever_happens_to_processes_each_partition_has_one_owner()
            throws IOException, InterruptedException {
        long seconds = Long.getLong("roster.chaos.seconds", 60);
        long seed = Long.getLong("roster.chaos.seed", System.nanoTime());
        System.out.println("chaos: seed " + seed + ", " + seconds + " s, histories in " + folder);
        SplittableRandom random = new SplittableRandom(seed);
        String url = "sqlite:" + folder.resolve("chaos.db");
        try (Store store = Store.open(url);
                Effects effects = new Effects(store)) {
            for (int m = 0; m < MEMBERS; m++) {
                start(url);
            }
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            while (System.nanoTime() - end < 0) {
                Thread.sleep(random.nextLong(300, 2500));
                disturb(random, url);
            }
            heal(url);
            awaitOwned(store);
            leave();
            judge(effects, seconds);
        } finally {
            for (ChaosProcess process : all) {
                process.kill();
            }
        }
    }

    private void start(String url) throws IOException {
        all.add(ChaosProcess.start("m" + all.size(), url, folder));
    }

    private List<ChaosProcess> alive() {
        return all.stream().filter(ChaosProcess::isAlive).toList();
    }

    private void disturb(SplittableRandom random, String url)
            throws IOException, InterruptedException {
        long now = System.nanoTime();
        for (ChaosProcess process : alive()) {
            process.thawIfDue(now);
        }
        List<ChaosProcess> running = alive().stream().filter(one -> !one.isFrozen()).toList();
        if (alive().size() < MEMBERS || running.size() < 2) {
            start(url);
            done[3]++;
            return;
        }
        ChaosProcess victim = running.get(random.nextInt(running.size()));
        switch (random.nextInt(3)) {
            case 0 -> {
                victim.kill();
                deaths.addAll(died(victim));
                done[0]++;
            }
            case 1 -> {
                victim.freeze(now + random.nextLong(500, 5000) * 1_000_000);
                done[1]++;
            }
            default -> {
                victim.stop();
                done[2]++;
            }
        }
    }

    private static List<Observation> died(ChaosProcess victim) {
        return Files.exists(victim.history) ? Testimony.died(victim.history) : List.of();
    }

    private void heal(String url) throws IOException, InterruptedException {
        for (ChaosProcess process : alive()) {
            process.thaw();
        }
        while (alive().size() < 3) {
            start(url);
        }
    }

    private static void awaitOwned(Store store) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            List<Entry> before = store.read(Range.prefix(ChaosMember.EFFECTS)).entries();
            Thread.sleep(1000);
            List<Entry> after = store.read(Range.prefix(ChaosMember.EFFECTS)).entries();
            long moving = 0;
            for (int at = 0; at < before.size(); at++) {
                moving += after.get(at).modified() > before.get(at).modified() ? 1 : 0;
            }
            if (moving == ChaosMember.PARTITIONS) {
                return;
            }
            assertThat(System.nanoTime())
                    .as("only %d of %d partitions are worked on", moving, ChaosMember.PARTITIONS)
                    .isLessThan(end);
        }
    }

    private void leave() throws InterruptedException {
        for (ChaosProcess process : alive()) {
            process.stop();
            assertThat(process.awaitEnd(30)).as(process.name + " left").isTrue();
        }
    }

    private void judge(Effects effects, long seconds) {
        List<Path> histories =
                all.stream().map(process -> process.history).filter(Files::exists).toList();
        Testimony testimony = Testimony.read(histories, deaths);
        System.out.printf(
                "chaos: %d kills, %d freezes, %d stops, %d later joins; %d works begun, %d effects, %d refused, %d stale starts%n",
                done[0],
                done[1],
                done[2],
                done[3],
                testimony.started(),
                effects.count(),
                testimony.effects(false),
                testimony.stale());
        assertThat(testimony.broken(ChaosMember.LEASE)).isEmpty();
        assertThat(effects.wrong()).isEmpty();
        assertThat(effects.count()).isGreaterThan(seconds * ChaosMember.PARTITIONS);
    }
}
