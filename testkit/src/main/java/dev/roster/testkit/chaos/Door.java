package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.RosterException;
import dev.roster.division.Ownership;
import dev.roster.group.Member;
import dev.roster.protocol.Partitions;
import dev.roster.router.NotOwnerException;
import dev.roster.router.Route;
import dev.roster.router.Router;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.testkit.witness.StoreKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a member takes in requests: a line each, answered by a line. A request carries its client
 * and a number that grows with each of the client's requests; both together are its idempotency
 * key. It takes effect in the store, in one commit under the fence of the ownership, on the
 * condition that the client's latest is still an earlier one. So one that comes again, or late, or
 * to two owners, takes effect once.
 */
final class Door implements AutoCloseable {
    static final String DONE = "DONE";
    static final String NOT_OWNER = "NOT_OWNER";
    static final String FAILED = "FAILED";
    static final String UNKNOWN = "UNKNOWN";

    /** Between the question whether it is the owner and the effect. */
    private static final long LONGEST_STEP_MILLIS = 20;

    private final ServerSocket server;
    private final StoreKeys keys;
    private final boolean careless;
    private volatile @Nullable Owner owner;

    /** What the answers come from, once there is a member. */
    private record Owner(Member member, Store store, Router router) {}

    Door(StoreKeys keys, boolean careless) throws IOException {
        this.keys = keys;
        this.careless = careless;
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    /** What the member publishes, for {@link Requests}. */
    String address() {
        return Integer.toString(server.getLocalPort());
    }

    /** Begins to answer. */
    void open(Member member, Store store, Router router) {
        owner = new Owner(member, store, router);
        Thread.ofPlatform().daemon().name("door").start(this::serve);
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed; or a client that is gone already.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8));
                Writer out =
                        new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8)) {
            Owner self = owner;
            String line = in.readLine();
            if (line != null && self != null) {
                out.write(answer(self, Question.parse(line)) + "\n");
                out.flush();
            }
        } catch (IOException e) {
            // The client is gone; what was asked for may have been done.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A request, as it goes from process to process. */
    record Question(String client, long number, String routingKey) {
        static Question parse(String line) {
            String[] parts = line.split("\t", -1);
            return new Question(parts[0], Long.parseLong(parts[1]), parts[2]);
        }

        String line() {
            return "%s\t%d\t%s\n".formatted(client, number, routingKey);
        }
    }

    private String answer(Owner self, Question question) throws InterruptedException {
        try {
            if (careless) {
                return anyway(self, question);
            }
            String incarnation = self.member().incarnation();
            Ownership held = self.router().own(question.routingKey());
            if (!incarnation.equals(self.member().incarnation())) {
                return FAILED;
            }
            Thread.sleep(ThreadLocalRandom.current().nextLong(LONGEST_STEP_MILLIS));
            return effect(self, question, held, incarnation);
        } catch (NotOwnerException e) {
            return NOT_OWNER + "\t" + e.generation();
        } catch (RosterException | IllegalStateException e) {
            // The store is away, or was closed: a reading came to nothing, and nothing was done.
            return FAILED;
        }
    }

    private String effect(Owner self, Question question, Ownership held, String incarnation) {
        String key = keys.requestKey(question.client());
        List<Entry> found = self.store().read(Range.key(key)).entries();
        Condition isLatest = new Condition.Absent(key);
        if (!found.isEmpty()) {
            Entry latest = found.getFirst();
            StoreKeys.Request done = keys.requestOf(key, latest.value().toUtf8());
            if (done != null && done.number() >= question.number()) {
                return DONE;
            }
            isLatest = Condition.unchanged(latest);
        }
        Operation put = put(key, question, incarnation, held.token(), held.key());
        Commit commit = new Commit(null, List.of(isLatest), List.of(put));
        return switch (self.store().commit(held.fence().guard(commit))) {
            case CommitResult.Applied applied -> DONE;
            // Another copy was quicker, or it is the owner no longer: whoever asks again hears.
            case CommitResult.Refused refused ->
                    NOT_OWNER + "\t" + self.router().routes().generation();
            case CommitResult.OtherStore other -> NOT_OWNER + "\t0";
            case CommitResult.Failed failed -> FAILED;
            case CommitResult.Unknown unknown -> UNKNOWN;
        };
    }

    /** The mistake: does it, whoever the owner is, and however often. */
    private String anyway(Owner self, Question question) {
        Route route = self.router().route(question.routingKey());
        String partition = Partitions.key(Math.max(route.partition(), 0), Roles.PARTITIONS);
        Operation put =
                put(
                        keys.requestKey(question.client()),
                        question,
                        self.member().incarnation(),
                        route.token(),
                        partition);
        CommitResult unused = self.store().commit(new Commit(null, List.of(), List.of(put)));
        return NOT_OWNER + "\t0";
    }

    private static Operation put(
            String requestKey, Question question, String member, long token, String key) {
        StoreKeys.Request request =
                new StoreKeys.Request(
                        question.client(), question.number(), member, token, Roles.SPACE, key);
        return new Operation.Put(requestKey, Bytes.utf8(request.text()));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
