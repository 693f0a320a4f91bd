package dev.roster.redis;

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

    /** Whoever holds the tie is subscribed here. */
    String tie(String tie) {
        return prefix + "tie:" + tie;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
