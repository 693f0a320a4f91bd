package dev.roster.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How requests of a kind are put into one script, and what its answer says of each. */
interface Dialect<Q, A> {
    /** What the requests of one script may cost: some milliseconds. */
    int COST = 1000;

    /** Most requests in one script. */
    int most();

    /** What a request adds to a script: about its conditions and operations. */
    int cost(Q request);

    /** Sends requests. */
    CompletableFuture<List<Object>> send(Session session, List<Q> requests);

    /** The answers to them, in order. */
    List<A> read(List<Q> requests, Answer answer);

    /** The answer to a request that did nothing and will do nothing. */
    A undone(String why);

    /** The answer to a request of which nothing is known. */
    A unknown(String why);
}
