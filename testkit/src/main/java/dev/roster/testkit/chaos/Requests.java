package dev.roster.testkit.chaos;

import dev.roster.router.NotOwnerException;
import dev.roster.router.Route;
import dev.roster.router.Router;
import dev.roster.router.Target;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.HistoryFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A client: sends requests for any key to whoever owns it by the router's table, one after the
 * other. One that got no answer it sends again, with the same idempotency key, and some go out
 * twice, as they do when a network or a proxy repeats them.
 */
final class Requests {
    private static final long PACE_MILLIS = 200;
    private static final int ROUTING_KEYS = 500;
    private static final int TRIES = 3;

    /** One in so many is sent twice. */
    private static final int TWICE = 10;

    private static final Duration FIND_WITHIN = Duration.ofSeconds(5);
    private static final int ANSWER_MILLIS = 2000;

    private final String client;
    private final Router router;
    private final HistoryFile history;
    private final boolean careless;
    private final SplittableRandom random = new SplittableRandom();

    Requests(String client, Router router, HistoryFile history, boolean careless) {
        this.client = client;
        this.router = router;
        this.history = history;
        this.careless = careless;
    }

    /** Sends until the thread is interrupted. */
    void send() throws InterruptedException {
        for (long number = 1; ; number++) {
            Thread.sleep(random.nextLong(PACE_MILLIS / 2, PACE_MILLIS * 3 / 2));
            String key = "routed-" + random.nextInt(ROUTING_KEYS);
            Door.Question question = new Door.Question(client, number, key);
            if (careless) {
                toEverybody(question);
                continue;
            }
            for (int again = 0; again < TRIES; again++) {
                String call = "%s#%d.%d".formatted(client, number, again);
                if (call(call, question)) {
                    break;
                }
            }
        }
    }

    /** Whether it is over: it was done. */
    private boolean call(String call, Door.Question question) throws InterruptedException {
        try {
            String answer =
                    router.call(
                            question.routingKey(),
                            FIND_WITHIN,
                            (route, owner) -> sent(call, question, route, owner));
            return answer.equals(Door.DONE);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // No owner, no connection or no answer: it may have been done.
            return false;
        }
    }

    private String sent(String call, Door.Question question, Route route, Target owner)
            throws IOException {
        history.write(
                new Observation.RequestSent(
                        System.nanoTime(),
                        call,
                        Roles.SPACE,
                        Integer.toString(route.partition()),
                        owner.incarnation()));
        if (random.nextInt(TWICE) == 0) {
            Thread.ofPlatform().daemon().start(() -> copy(question, owner));
        }
        String[] answer = ask(question, owner).split("\t", -1);
        if (answer[0].equals(Door.NOT_OWNER)) {
            throw new NotOwnerException(question.routingKey(), Long.parseLong(answer[1]));
        }
        return answer[0];
    }

    private static void copy(Door.Question question, Target owner) {
        try {
            String unused = ask(question, owner);
        } catch (IOException e) {
            // Nobody waits for it.
        }
    }

    private static String ask(Door.Question question, Target owner) throws IOException {
        int port = Integer.parseInt(owner.metadata());
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(question.line().getBytes(StandardCharsets.UTF_8));
            String answer =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            if (answer == null) {
                throw new IOException("closed without an answer");
            }
            return answer;
        }
    }

    /** The mistake: asks everybody in turn, without end but for their number. */
    private void toEverybody(Door.Question question) {
        for (Target target : router.targets()) {
            try {
                String unused =
                        sent(
                                client + "#" + question.number(),
                                question,
                                router.route(question.routingKey()),
                                target);
            } catch (IOException | NotOwnerException e) {
                // The next one, then.
            }
        }
    }
}
