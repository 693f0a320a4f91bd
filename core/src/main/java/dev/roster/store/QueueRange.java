package dev.roster.store;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of one shelf of one partition.
 *
 * @param partition the partition
 * @param shelf the shelf
 * @param from the first place that belongs to it, or null for the beginning
 * @param to the first place after it that does not, or null for no end
 * @param atMost read no more than this many entries; at least 1
 */
public record QueueRange(
        int partition, Shelf shelf, @Nullable Place from, @Nullable Place to, int atMost) {}
