package dev.roster;

/** What has to be true of one key for a commit to be applied. */
public sealed interface Condition {
    /** The key that is looked at. */
    String key();

    /** The key does not exist. */
    record Absent(String key) implements Condition {}

    /**
     * The key exists and nobody has written it since: its {@link Entry#modified} is {@code
     * modified}.
     */
    record Unchanged(String key, long modified) implements Condition {}

    /** The key's entry is still this one. */
    static Condition unchanged(Entry entry) {
        return new Unchanged(entry.key(), entry.modified());
    }
}
