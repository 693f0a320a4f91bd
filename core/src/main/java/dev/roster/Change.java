package dev.roster;

import org.jspecify.annotations.Nullable;

/**
 * What one commit did to one key.
 *
 * @param key the key
 * @param now what the key holds since, or null when it was deleted
 * @param revision the commit's revision; all changes of one commit share it
 */
public record Change(String key, @Nullable Entry now, long revision) {}
