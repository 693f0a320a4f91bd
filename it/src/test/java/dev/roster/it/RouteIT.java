package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.router.Route;
import dev.roster.router.Router;
import dev.roster.router.RouterState;
import dev.roster.router.Target;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster route} on a group of two members that divide a key space. */
@Timeout(90)
final class RouteIT {
    private static final int PARTITIONS = 8;

    @TempDir private Path folder = Path.of("");

    private static Member join(Store store, String name) throws InterruptedException {
        Member member =
                Group.join(
                        store,
                        "group",
                        JoinOptions.defaults()
                                .withName(name)
                                .withMetadata(name + ".example.org:80")
                                .withLease(Duration.ofSeconds(15)));
        Division unused =
                Division.space(member, "carts", PARTITIONS, DivisionOptions.defaults())
                        .start(work -> new CountDownLatch(1).await());
        return member;
    }

    /** Whether it is as it will stay: each owns half, and has its slot. */
    private static boolean isShared(Router router) {
        return router.state() == RouterState.ACTIVE
                && router.targets().size() == 2
                && router.targets().stream().allMatch(one -> one.slot().isPresent())
                && owners(router)
                        .equals(
                                List.of(
                                        "anna", "anna", "anna", "anna", "bert", "bert", "bert",
                                        "bert"));
    }

    /** Of each partition that has one, in the order of their names. */
    private static List<String> owners(Router router) {
        List<String> owners = new ArrayList<>();
        for (int partition = 0; partition < router.routes().partitions(); partition++) {
            router.routes().partition(partition).owner().ifPresent(one -> owners.add(one.name()));
        }
        owners.sort(null);
        return owners;
    }

    @Test
    void the_owner_of_a_key_is_said_with_what_it_publishes()
            throws IOException, InterruptedException {
        try (Store store = Store.open("sqlite:" + folder.resolve("work.db"));
                Member anna = join(store, "anna");
                Member bert = join(store, "bert");
                Router router = Router.open(store, "group", "carts")) {
            assertThat(List.of(anna.name(), bert.name())).containsExactly("anna", "bert");
            RosterProcess.await("each owns half", () -> isShared(router));
            for (String name : List.of("anna", "bert")) {
                String key = keyOf(router, name);
                Route route = router.route(key);
                Target owner = route.owner().orElseThrow();
                assertThat(RosterProcess.output(folder, "route", "-d", "carts", key).strip())
                        .isEqualTo(
                                "%s  partition %d  %s  %s.example.org:80"
                                        .formatted(key, route.partition(), name, name));
                assertThat(
                                RosterProcess.output(folder, "route", "-d", "carts", key, "--json")
                                        .strip()
                                        .replaceAll("\"generation\":[1-9]\\d*", "\"generation\":G"))
                        .isEqualTo(
                                "{\"key\":\"%s\",\"partition\":%d,\"owner\":\"%s\",\"incarnation\":\"%s\",\"metadata\":\"%s.example.org:80\",\"slot\":%d,\"token\":%d,\"generation\":G}"
                                        .formatted(
                                                key,
                                                route.partition(),
                                                name,
                                                owner.incarnation(),
                                                name,
                                                owner.slot().orElseThrow(),
                                                route.token()));
            }
            assertThat(
                            RosterProcess.output(
                                            folder,
                                            "route",
                                            "-d",
                                            "carts",
                                            "--metadata",
                                            keyOf(router, "bert"),
                                            keyOf(router, "anna"))
                                    .lines())
                    .containsExactly("bert.example.org:80", "anna.example.org:80");
        }
        try (RosterProcess nobody =
                RosterProcess.start(folder, "route", "-d", "carts", "user/1", "--json")) {
            assertThat(nobody.exitCode()).isEqualTo(3);
            assertThat(nobody.output())
                    .contains("\"owner\":null", "\"incarnation\":null", "\"slot\":null");
        }
    }

    private static String keyOf(Router router, String owner) {
        for (int user = 1; ; user++) {
            String key = "user/" + user;
            if (router.route(key).owner().map(Target::name).filter(owner::equals).isPresent()) {
                return key;
            }
        }
    }
}
