package dev.roster.protocol;

import dev.roster.Entry;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one division's records. */
final class DivisionState {
    private static final OwnerRecord NOBODY = new OwnerRecord("", -1);

    private final Layout.Division layout;
    @Nullable Held<DivisionRecord> division;
    @Nullable Held<PlanRecord> plan;
    final TreeMap<String, Held<ParticipantRecord>> participants = new TreeMap<>();
    final TreeMap<String, Held<KeyRecord>> keys = new TreeMap<>();

    /** Key to the incarnation that should own it. */
    final TreeMap<String, Held<String>> targets = new TreeMap<>();

    final TreeMap<String, Held<OwnerRecord>> owners = new TreeMap<>();

    /** Key to the incarnation that gave it back. */
    final TreeMap<String, Held<String>> returns = new TreeMap<>();

    /** Keys of which something changed since somebody looked. */
    final Set<String> changed = new LinkedHashSet<>();

    /** Whether something else changed since somebody looked. */
    boolean restChanged = true;

    DivisionState(Layout.Division layout) {
        this.layout = layout;
    }

    void clear() {
        division = null;
        plan = null;
        participants.clear();
        keys.clear();
        targets.clear();
        owners.clear();
        returns.clear();
        restChanged = true;
    }

    /** Takes in one record; {@code path} is its store key without the division's prefix. */
    void apply(String path, @Nullable Entry entry) throws CorruptRecordException {
        if (path.length() > 2 && path.charAt(1) == '/') {
            applyKeyed(path.charAt(0), path.substring(2), entry);
        } else if (path.equals("division")) {
            restChanged = true;
            division = entry == null ? null : held(entry, DivisionRecord.UNREADABLE);
            if (entry != null) {
                division = held(entry, DivisionRecord.parse(entry.value()));
            }
        } else if (path.equals("plan")) {
            restChanged = true;
            plan = entry == null ? null : held(entry, PlanRecord.NONE);
            if (entry != null) {
                plan = held(entry, PlanRecord.parse(entry.value()));
            }
        }
    }

    private void applyKeyed(char kind, String key, @Nullable Entry entry)
            throws CorruptRecordException {
        switch (kind) {
            case 'p' -> {
                restChanged = true;
                participants.remove(key);
                if (entry != null) {
                    participants.put(key, held(entry, ParticipantRecord.parse(entry.value())));
                }
            }
            case 'k' -> {
                changed.add(key);
                keys.remove(key);
                if (entry != null) {
                    keys.put(key, held(entry, KeyRecord.parse(entry.value())));
                }
            }
            case 't' -> {
                changed.add(key);
                put(targets, key, entry == null ? null : held(entry, entry.value().toUtf8()));
            }
            case 'r' -> {
                changed.add(key);
                put(returns, key, entry == null ? null : held(entry, entry.value().toUtf8()));
            }
            case 'o' -> {
                changed.add(key);
                // An owner that cannot be read is nobody: the key can be claimed over it.
                put(owners, key, entry == null ? null : held(entry, NOBODY));
                if (entry != null) {
                    owners.put(key, held(entry, OwnerRecord.parse(entry.value())));
                }
            }
            default -> {}
        }
    }

    /** The division's part of {@code storeKey}, or null when it belongs elsewhere. */
    @Nullable String pathOf(String storeKey) {
        return storeKey.startsWith(layout.prefix())
                ? storeKey.substring(layout.prefix().length())
                : null;
    }

    private static <T> void put(Map<String, Held<T>> map, String key, @Nullable Held<T> held) {
        if (held == null) {
            map.remove(key);
        } else {
            map.put(key, held);
        }
    }

    private static <T> Held<T> held(Entry entry, T value) {
        return new Held<>(value, entry.created(), entry.modified());
    }
}
