package dev.roster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a commit ended. Only {@link Unknown} leaves it open whether the commit took effect. */
public sealed interface CommitResult {
    /** All operations took effect, together, at this revision. */
    record Applied(long revision) implements CommitResult {}

    /**
     * A condition did not hold, so nothing happened.
     *
     * @param found what was there instead, for the keys of the conditions that failed; a key that
     *     was absent has no entry
     * @param failed the keys of the conditions that failed
     */
    record Refused(List<String> failed, List<Entry> found) implements CommitResult {
        public Refused {
            failed = List.copyOf(failed);
            found = List.copyOf(found);
        }

        /** What was found under a key of a condition that failed, or null. */
        public @Nullable Entry entry(String key) {
            for (Entry entry : found) {
                if (entry.key().equals(key)) {
                    return entry;
                }
            }
            return null;
        }
    }

    /** The store is not the one that the commit was meant for, so nothing happened. */
    record OtherStore(StoreIdentity found) implements CommitResult {}

    /** The store was not reached or could not act, so nothing happened; trying again may help. */
    record Failed(String why) implements CommitResult {}

    /** No answer came: the commit was applied, was not, or will be later. */
    record Unknown(String why) implements CommitResult {}
}
