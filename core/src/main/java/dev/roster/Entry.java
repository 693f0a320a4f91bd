package dev.roster;

/**
 * One key of a store and what it holds.
 *
 * @param key the key
 * @param value its value
 * @param created revision of the commit that made the key, after any earlier deletion
 * @param modified revision of the commit that last wrote it
 */
public record Entry(String key, Bytes value, long created, long modified) {}
