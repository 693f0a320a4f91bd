package dev.roster.it.cart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.router.Route;
import dev.roster.router.Router;
import dev.roster.router.Routes;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes of the service, asked at random, one killed in the middle. */
@Timeout(120)
final class CartServiceIT {
    private static final int USERS = 12;
    private static final int PARTITIONS = 64;

    @TempDir private Path folder = Path.of("");
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void each_request_reaches_the_owner_of_its_cart_and_counts_once()
            throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>(List.of(start(), start(), start()));
        TreeMap<String, TreeSet<String>> by = new TreeMap<>();
        List<String> users = usersOfAllThree();
        for (int n = 0; n < USERS; n++) {
            // What a process does for the first time takes long.
            untilDone(ports.get(n % 3), "first" + n, "x", "first" + n);
        }
        for (int n = 0; n < 60; n++) {
            String user = users.get(n % USERS);
            String answer = done(ports.get(n % 3), user, "item" + n, "request" + n);
            by.computeIfAbsent(user, unused -> new TreeSet<>()).add(answer.split(" ")[0]);
            if (n % 6 == 0) {
                assertThat(done(ports.get((n + 1) % 3), user, "item" + n, "request" + n))
                        .as("asked twice, done once")
                        .endsWith("done before");
            }
        }
        assertThat(by.values())
                .as("one owner for each cart")
                .allMatch(owners -> owners.size() == 1);
        TreeSet<String> owners = new TreeSet<>();
        by.values().forEach(owners::addAll);
        assertThat(owners).as("all take part").hasSize(3);

        processes.getFirst().destroyForcibly();
        ports.removeFirst();
        for (int n = 60; n < 120; n++) {
            String user = users.get(n % USERS);
            untilDone(ports.get(n % 2), user, "item" + n, "request" + n);
        }
        try (Store store = Store.open(url())) {
            for (int user = 0; user < USERS; user++) {
                List<String> expected = new ArrayList<>();
                for (int n = user; n < 120; n += USERS) {
                    expected.add("item" + n);
                }
                String cart =
                        store.read(Range.key("carts/" + users.get(user)))
                                .entries()
                                .getFirst()
                                .value()
                                .toUtf8();
                assertThat(cart.split(",")).containsExactlyElementsOf(expected);
            }
        }
    }

    private String url() {
        return "sqlite:" + folder.resolve("carts.db");
    }

    private int start() throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CartService.class.getName(),
                                url(),
                                "0")
                        .redirectError(folder.resolve("errors" + processes.size()).toFile())
                        .start();
        processes.add(process);
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        assertThat(line).startsWith("ready ");
        return Integer.parseInt(line.substring(6));
    }

    /** Users whose carts are divided evenly, when no cart moves any more. */
    private List<String> usersOfAllThree() throws InterruptedException {
        List<String> users = new ArrayList<>();
        Map<String, Integer> carts = new TreeMap<>();
        try (Store store = Store.open(url());
                Router router = Router.open(store, "shop", "carts")) {
            settle(router);
            for (int n = 0; users.size() < USERS; n++) {
                String owner = router.route("user" + n).owner().orElseThrow().metadata();
                if (carts.merge(owner, 1, Integer::sum) <= USERS / 3) {
                    users.add("user" + n);
                }
            }
        }
        return users;
    }

    /** The last to come gets its share within a moment; until then carts move. */
    private static void settle(Router router) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!isShared(router)) {
            assertThat(System.nanoTime() - end).as("carts still move").isNegative();
            Thread.sleep(20);
        }
    }

    /** Whether it is as it will stay: all is owned, and each of the three has its share. */
    private static boolean isShared(Router router) {
        Map<String, Integer> owned = new TreeMap<>();
        Routes routes = router.routes();
        for (int partition = 0; partition < routes.partitions(); partition++) {
            Route route = routes.partition(partition);
            route.owner().ifPresent(one -> owned.merge(one.metadata(), 1, Integer::sum));
        }
        return owned.size() == 3
                && owned.values().stream().mapToInt(Integer::intValue).sum() == PARTITIONS
                && owned.values().stream().allMatch(count -> count >= PARTITIONS / 3);
    }

    private String done(int port, String user, String item, String id)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(port, user, item, id);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Asks again while it fails; the request's id makes that harmless. */
    private String untilDone(int port, String user, String item, String id)
            throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 30; attempt++) {
            HttpResponse<String> answer = ask(port, user, item, id);
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            Thread.sleep(200);
        }
        throw new AssertionError("No answer for " + user);
    }

    private HttpResponse<String> ask(int port, String user, String item, String id)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder()
                        .uri(URI.create("http://localhost:" + port + "/cart/" + user))
                        .header("Request-Id", id)
                        .timeout(Duration.ofSeconds(40))
                        .POST(BodyPublishers.ofString(item))
                        .build(),
                BodyHandlers.ofString());
    }
}
