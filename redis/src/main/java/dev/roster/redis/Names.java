package dev.roster.redis;

import dev.roster.store.Shelf;
import java.nio.charset.StandardCharsets;

/** The names of one namespace's keys and channels; all share a hash tag. */
record Names(String prefix) {
    static Names of(String namespace) {
        return new Names("roster:{" + namespace + "}:");
    }

    String meta() {
        return prefix + "meta";
    }

    String entries() {
        return prefix + "entries";
    }

    /** The keys in the order in which the scripts expect them. */
    byte[][] keys() {
        return new byte[][] {
            bytes(meta()),
            bytes(entries()),
            bytes(prefix + "index"),
            bytes(prefix + "changes"),
            bytes(prefix + "segments")
        };
    }

    /** What a rehearsal may write to and delete. */
    byte[][] rehearsalKeys() {
        return new byte[][] {
            bytes(prefix + "rehearsal:hash"),
            bytes(prefix + "rehearsal:set"),
            bytes(prefix + "rehearsal:stream"),
            bytes(prefix + "rehearsal:list")
        };
    }

    /** To this the first byte of a changed key is added, as a number. */
    String newsPrefix() {
        return prefix + "news:";
    }

    /** The channel of a topic; of all topics as a pattern. */
    String news(int topic) {
        return newsPrefix() + (topic == Topic.ALL ? "*" : String.valueOf(topic));
    }

    /**
     * Where a shelf of a queue's partition is: a sorted set of its places, and a hash of what
     * stands there.
     */
    byte[][] shelf(String queue, int partition, Shelf shelf) {
        String ends = ":" + partition + ":" + shelf.code();
        return new byte[][] {
            bytes(prefix + "queue:" + queue + ends + ":places"),
            bytes(prefix + "queue:" + queue + ends + ":values")
        };
    }

    /** The channel on which the partitions of a queue are told that were woken. */
    String wakes(String queue) {
        return prefix + "wakes:" + queue;
    }

    /** Whoever holds the tie is subscribed here. */
    String tie(String tie) {
        return prefix + "tie:" + tie;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
