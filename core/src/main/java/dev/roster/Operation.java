package dev.roster;

/** What a commit does to one key. A commit names a key at most once. */
public sealed interface Operation {
    /** The key that is written. */
    String key();

    /** Creates the key or replaces its value. */
    record Put(String key, Bytes value) implements Operation {}

    /** Deletes the key; one that does not exist stays so, and no change is told. */
    record Delete(String key) implements Operation {}
}
