package dev.roster.testkit.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who follows a path is told of every key's last state, in the order of its revisions, nothing
 * twice; after each of its readings and batches it knows just what the store held at that revision.
 */
final class W1 extends Checker {
    /** What a store did, in order; a store that went back begins with what it holds. */
    private static final class Life {
        final List<Observation.EntryWritten> written = new ArrayList<>();
    }

    /** What was told last of a key, and of which store. */
    private record Word(String store, long revision) {}

    /** One who follows. */
    private static final class Follower {
        String store = "";
        int seen;
        final Map<String, Long> held = new HashMap<>();
        final Map<String, Word> told = new HashMap<>();
        final Set<String> touched = new LinkedHashSet<>();
    }

    private final Map<String, Life> lives = new LinkedHashMap<>();
    private final Map<String, Follower> followers = new LinkedHashMap<>();

    W1() {
        super(
                Tier.A,
                "Who follows a path knows, after each word of it, just what the store held at that revision.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.EntryWritten written ->
                    lives.computeIfAbsent(written.store(), unused -> new Life())
                            .written
                            .add(written);
            case Observation.EntryTold told -> told(told);
            case Observation.ToldUpTo upTo -> upTo(upTo);
            default -> {}
        }
    }

    private void told(Observation.EntryTold told) {
        Follower follower = followers.computeIfAbsent(told.watcher(), unused -> new Follower());
        Word before = follower.told.get(told.key());
        if (told.gone()) {
            require(
                    before != null,
                    told,
                    "%s was told that %s is gone, which it did not know of",
                    told.watcher(),
                    told.key());
            follower.told.remove(told.key());
        } else {
            require(
                    before == null
                            || before.revision() < told.revision()
                            || !told.store().equals(before.store()),
                    told,
                    "%s was told of %s at %d after %d",
                    told.watcher(),
                    told.key(),
                    told.revision(),
                    before == null ? 0 : before.revision());
            follower.told.put(told.key(), new Word(told.store(), told.revision()));
        }
        follower.touched.add(told.key());
    }

    private void upTo(Observation.ToldUpTo upTo) {
        Follower follower = followers.computeIfAbsent(upTo.watcher(), unused -> new Follower());
        if (!follower.store.equals(upTo.store())) {
            follower.store = upTo.store();
            follower.seen = 0;
            follower.touched.addAll(follower.held.keySet());
            follower.held.clear();
        }
        Life life = lives.get(upTo.store());
        while (life != null
                && follower.seen < life.written.size()
                && life.written.get(follower.seen).revision() <= upTo.revision()) {
            Observation.EntryWritten next = life.written.get(follower.seen);
            follower.seen++;
            follower.touched.add(next.key());
            if (next.gone()) {
                follower.held.remove(next.key());
            } else {
                follower.held.put(next.key(), next.revision());
            }
        }
        for (String key : follower.touched) {
            @Nullable Long held = follower.held.get(key);
            @Nullable Word word = follower.told.get(key);
            @Nullable Long told = word == null ? null : word.revision();
            require(
                    Objects.equals(held, told),
                    upTo,
                    "%s knows %s at %s, and the store holds it at %s, up to %d",
                    upTo.watcher(),
                    key,
                    told,
                    held,
                    upTo.revision());
        }
        follower.touched.clear();
    }
}
