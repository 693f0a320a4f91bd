package dev.roster.testkit.witness;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Operation;
import dev.roster.division.Ownership;
import dev.roster.group.Slot;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Layout;
import dev.roster.protocol.OwnerRecord;
import dev.roster.store.Range;
import dev.roster.testkit.check.Work;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the records of a group are, and those of effects that its members have in the store. */
public final class StoreKeys {
    private final Layout layout;
    private final String effects;
    private final String requests;
    private final String watched;

    /** Those of a group. */
    public StoreKeys(String group) {
        layout = new Layout(group);
        effects = "e/" + layout.prefix().substring(2);
        requests = "f/" + layout.prefix().substring(2) + "r/";
        watched = "f/" + layout.prefix().substring(2) + "w";
    }

    /** From the first of them to the last; there may be others in between. */
    Range range() {
        return new Range(layout.beats(), Range.prefix(layout.prefix()).to(), Integer.MAX_VALUE);
    }

    boolean isOurs(String key) {
        return key.startsWith(layout.prefix())
                || key.startsWith(layout.beats())
                || key.startsWith(effects)
                || key.startsWith(requests)
                || isWatched(key);
    }

    boolean isBeat(String key) {
        return key.startsWith(layout.beats());
    }

    boolean isOwner(String key) {
        return key.startsWith(layout.divisions()) && isOfOwner(key);
    }

    /** Whether a key looks like that of an ownership, of whatever group. */
    static boolean isOfOwner(String key) {
        return key.contains("/d/") && key.contains("/o/");
    }

    /** What an ownership is of. */
    Work ownedBy(String key) {
        String division = layout.divisionOf(key);
        return new Work(division, key.substring(layout.division(division).owners().length()));
    }

    /**
     * Who sent a commit of which nobody said so, if that shows: nobody but its owner hands a key of
     * a living member to another one. "" if it does not show.
     *
     * @param present what the store held before
     */
    String handedOnBy(Commit commit, Map<String, String> present) {
        for (Operation operation : commit.operations()) {
            String before = present.get(operation.key());
            boolean isDeleted = commit.operations().contains(new Operation.Delete(operation.key()));
            if (operation instanceof Operation.Put put
                    && before != null
                    && !isDeleted
                    && isOwner(put.key())) {
                try {
                    OwnerRecord from = OwnerRecord.parse(Bytes.utf8(before));
                    OwnerRecord to = OwnerRecord.parse(put.value());
                    boolean lives = present.containsKey(layout.member(from.incarnation()));
                    if (lives && from.era() == to.era()) {
                        return from.incarnation();
                    }
                } catch (CorruptRecordException e) {
                    // It counts as nobody's, as the protocol has it.
                }
            }
        }
        return "";
    }

    /** All effects, of work and of slots. */
    public Range effects() {
        return Range.prefix(effects);
    }

    /** Where an effect of work is written, with {@link #effect} as its value. */
    public String effectKey(String division, String key) {
        return effects + "k/" + division + "/" + key;
    }

    /** The value of an effect of work. */
    public static String effect(String incarnation, Ownership work) {
        return incarnation + " " + work.token();
    }

    /** Where an effect of a slot is written, with {@link #slotEffect} as its value. */
    public String slotEffectKey(String member) {
        return effects + "s/" + member;
    }

    /** Whether an effect's key is that of a slot. */
    public boolean isOfSlot(String key) {
        return key.startsWith(effects + "s/");
    }

    /** The value of an effect of a slot. */
    public static String slotEffect(String incarnation, Slot slot) {
        return incarnation + " " + slot.generation();
    }

    /** A path that processes write below, and follow. */
    public String watched() {
        return watched;
    }

    boolean isWatched(String key) {
        return key.startsWith(watched + "/");
    }

    /** Where the latest request of a client is remembered that took effect. */
    public String requestKey(String client) {
        return requests + client;
    }

    /** A request that took effect, and under which ownership. */
    public record Request(
            String client, long number, String member, long token, String division, String key) {
        /** The value of {@link StoreKeys#requestKey}. */
        public String text() {
            return "%d %s %d %s %s".formatted(number, member, token, division, key);
        }
    }

    /** What a write to {@link #requestKey} was; null if the key is none. */
    public @Nullable Request requestOf(String key, String value) {
        if (!key.startsWith(requests)) {
            return null;
        }
        String[] parts = value.split(" ", -1);
        return new Request(
                key.substring(requests.length()),
                Long.parseLong(parts[0]),
                parts[1],
                Long.parseLong(parts[2]),
                parts[3],
                parts[4]);
    }

    /** What a write to {@link #effectKey} or {@link #slotEffectKey} was. */
    record Effect(String division, String key, String member, long number) {
        boolean isOfSlot() {
            return division.isEmpty();
        }
    }

    @Nullable Effect effectOf(String key, String value) {
        if (!key.startsWith(effects)) {
            return null;
        }
        String rest = key.substring(effects.length());
        int space = value.lastIndexOf(' ');
        String member = value.substring(0, space);
        long number = Long.parseLong(value.substring(space + 1));
        if (rest.startsWith("s/")) {
            return new Effect("", "", member, number);
        }
        int slash = rest.indexOf('/', 2);
        return new Effect(rest.substring(2, slash), rest.substring(slash + 1), member, number);
    }
}
