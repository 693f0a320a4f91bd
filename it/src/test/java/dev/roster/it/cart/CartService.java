package dev.roster.it.cart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.FencedException;
import dev.roster.IndeterminateException;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.router.NoOwnerException;
import dev.roster.router.NotOwnerException;
import dev.roster.router.Router;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Shopping carts, each owned by one of the processes: {@code POST /cart/USER} with an item as its
 * body and a header {@code Request-Id} adds the item, whichever process is asked.
 *
 * <p>Run it by {@code java -cp roster.jar CartService.java sqlite:carts.db 8081}, and again with
 * other ports.
 */
final class CartService {
    private static final int MISDIRECTED = 421;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Store store;
    private final Router router;
    private final String address;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private CartService(Store store, Router router, String address) {
        this.store = store;
        this.router = router;
        this.address = address;
    }

    /** With the store's URL and a port. */
    public static void main(String[] args) throws IOException {
        // tag::start
        Store store = Store.open(args[0]);
        int port = Integer.parseInt(args[1]);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        String address = "localhost:" + server.getAddress().getPort();

        JoinOptions options =
                JoinOptions.defaults().withMetadata(address).withLease(Duration.ofSeconds(3));
        Member member = Group.join(store, "shop", options);
        Division carts = Division.space(member, "carts", 64, DivisionOptions.defaults());
        carts.listen(new OnRequest(carts)); // from here on it owns its share
        CartService service = new CartService(store, Router.of(carts), address);
        // end::start
        server.createContext("/cart/", service::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(member::close));
        System.out.println("ready " + server.getAddress().getPort());
    }

    // tag::listener
    /**
     * Nothing runs between requests, so there is nothing to start, and stopping is done at once.
     */
    private record OnRequest(Division division) implements DivisionListener {
        @Override
        public void start(Ownership ownership) {}

        @Override
        public void stop(Ownership ownership, StopReason reason) {
            division.confirm(ownership);
        }
    }

    // end::listener

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String user = exchange.getRequestURI().getPath().substring("/cart/".length());
            String id = exchange.getRequestHeaders().getFirst("Request-Id");
            String item = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            boolean forwarded = exchange.getRequestHeaders().containsKey("Roster-Forwarded");
            try {
                reply(exchange, 200, forwarded ? add(user, item, id) : send(user, item, id));
            } catch (NotOwnerException e) {
                exchange.getResponseHeaders()
                        .set("Roster-Generation", Long.toString(e.generation()));
                reply(exchange, MISDIRECTED, "");
            } catch (NoOwnerException | FencedException | StoreUnavailableException e) {
                reply(exchange, 503, "Nothing was done, try again: " + e.getMessage());
            } catch (Exception e) {
                reply(exchange, 504, "Not known whether it was done: " + e);
            }
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    // tag::send
    /** Sends a request to the owner of its key; that may be this process. */
    private String send(String user, String item, String id) throws Exception {
        return router.call(
                user,
                PATIENCE,
                (route, owner) -> {
                    if (owner.metadata().equals(address)) {
                        return add(user, item, id);
                    }
                    HttpRequest request =
                            HttpRequest.newBuilder()
                                    .uri(URI.create("http://" + owner.metadata() + "/cart/" + user))
                                    .header("Request-Id", id)
                                    .header("Roster-Forwarded", "1")
                                    .timeout(PATIENCE)
                                    .POST(BodyPublishers.ofString(item))
                                    .build();
                    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() == MISDIRECTED) {
                        throw new NotOwnerException(
                                user,
                                answer.headers().firstValueAsLong("Roster-Generation").orElse(0));
                    }
                    if (answer.statusCode() != 200) {
                        throw new IOException(answer.statusCode() + ": " + answer.body());
                    }
                    return answer.body();
                });
    }

    // end::send

    // tag::add
    /** Adds an item, if this process owns the cart, and once for each request. */
    private String add(String user, String item, String id) {
        Ownership mine = router.own(user); // or NotOwnerException, and nothing was done
        String cart = "carts/" + user;
        String done = "carts-done/" + id;
        List<Entry> found = store.read(Range.key(cart)).entries();
        String before = found.isEmpty() ? "" : found.getFirst().value().toUtf8() + ",";
        Commit commit =
                new Commit(
                        null,
                        List.of(
                                found.isEmpty()
                                        ? new Condition.Absent(cart)
                                        : Condition.unchanged(found.getFirst()),
                                new Condition.Absent(done)),
                        List.of(
                                new Operation.Put(cart, Bytes.utf8(before + item)),
                                new Operation.Put(done, Bytes.EMPTY)));
        return switch (store.commit(mine.fence().guard(commit))) {
            case CommitResult.Applied applied -> address + " " + before + item;
            case CommitResult.Refused refused when refused.failed().contains(done) ->
                    address + " done before";
            case CommitResult.Refused refused when refused.failed().contains(cart) ->
                    add(user, item, id); // another request for the same cart came first
            case CommitResult.Refused refused ->
                    throw new NotOwnerException(user, router.routes().generation());
            case CommitResult.OtherStore other ->
                    throw new FencedException("The store is another one now.");
            case CommitResult.Failed failed -> throw new StoreUnavailableException(failed.why());
            case CommitResult.Unknown unknown -> throw new IndeterminateException(unknown.why());
        };
    }

    // end::add
}
