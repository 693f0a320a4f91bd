package dev.roster.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a seed says is done. */
final class PlanTest {
    private static ChaosOptions options(String store, long seed, Duration time) {
        return new ChaosOptions(
                store,
                seed,
                time,
                0,
                ChaosOptions.MEMBERS,
                ChaosOptions.LEASE,
                List.of(),
                Carelessness.NONE,
                Path.of("unused"));
    }

    @Test
    void the_same_seed_gives_the_same_plan_and_another_seed_another() {
        List<Deed> plan = ChaosRun.plan(options("redis", 7, Duration.ofMinutes(5)));
        assertThat(plan).isEqualTo(ChaosRun.plan(options("redis", 7, Duration.ofMinutes(5))));
        assertThat(plan).isNotEqualTo(ChaosRun.plan(options("redis", 8, Duration.ofMinutes(5))));
    }

    @Test
    void without_a_time_each_fault_of_the_store_comes_once_and_alone() {
        List<Deed> plan = ChaosRun.plan(options("postgresql", 7, Duration.ZERO));
        assertThat(plan)
                .extracting(Deed::fault)
                .containsExactlyInAnyOrderElementsOf(ChaosRun.faults("postgresql"));
        assertThat(plan).allMatch(deed -> deed.also() == null);
    }

    @Test
    void no_deed_begins_after_the_time_and_some_come_in_twos() {
        Duration time = Duration.ofMinutes(30);
        List<Deed> plan = ChaosRun.plan(options("etcd", 7, time));
        assertThat(plan).allMatch(deed -> deed.at().compareTo(time) <= 0);
        assertThat(plan).anyMatch(deed -> deed.also() != null);
        assertThat(plan)
                .allMatch(deed -> deed.also() == null || !deed.fault().isForgetful())
                .allMatch(deed -> deed.fault() != deed.also());
    }

    @Test
    void the_server_is_down_for_a_minute_when_there_is_time() {
        assertThat(ChaosRun.plan(options("redis", 1, Duration.ofMinutes(10))))
                .filteredOn(deed -> deed.fault() == Fault.SERVER_DOWN)
                .isNotEmpty()
                .allMatch(deed -> deed.lasts().toSeconds() >= 59);
    }

    @Test
    void a_given_store_is_left_alone_but_for_the_way_to_it() {
        String url = "postgresql://me:secret@[::1]:6432/work?x=y";
        assertThat(ChaosRun.faults(url))
                .contains(Fault.PARTITION, Fault.KILL_MEMBER)
                .doesNotContain(Fault.KILL_SERVER, Fault.WIPE);
        assertThat(
                        new GivenGround(url)
                                .url(
                                        List.of(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 99))))
                .isEqualTo("postgresql://me:secret@127.0.0.1:99/work?x=y");
        assertThat(ChaosRun.faults("redis://a:1,b:2")).doesNotContain(Fault.PARTITION);
    }

    @Test
    void an_unknown_store_is_refused_with_those_that_are_known() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChaosRun.faults("oracle"))
                .withMessageContaining("oracle")
                .withMessageContaining("sqlite, postgresql, pgbouncer, redis, etcd, etcd-cluster");
    }

    @Test
    void a_folder_of_something_else_is_no_run() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChaosResult.recheck(Path.of("src")))
                .withMessageContaining("not the folder of a run");
    }

    @Test
    void a_run_of_kills_has_so_many_of_them_and_nothing_else() {
        ChaosOptions kills =
                new ChaosOptions(
                        "redis",
                        7,
                        Duration.ZERO,
                        1000,
                        ChaosOptions.MEMBERS,
                        ChaosOptions.LEASE,
                        List.of(),
                        Carelessness.NONE,
                        Path.of("unused"));
        assertThat(ChaosRun.plan(kills))
                .hasSize(1000)
                .allMatch(deed -> deed.fault() == Fault.KILL_MEMBER && deed.also() == null)
                .extracting(Deed::target)
                .contains(0, 1, 2, 3);
    }
}
