package dev.roster.protocol;

/**
 * A record as the store holds it.
 *
 * @param created revision that made its key
 * @param modified revision that last wrote it
 */
record Held<T>(T value, long created, long modified) {}
