package dev.roster.flow;

/**
 * A value as it was read.
 *
 * @param key its key, without the path
 * @param value what it is
 * @param version the revision of the commit that wrote it last; another one with each writing
 */
public record Value<V>(String key, V value, long version) {}
