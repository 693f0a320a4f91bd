package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What has to stand at a spot for a batch to take effect.
 *
 * @param value null for nothing at all
 */
public record Proviso(int partition, Ledger ledger, Spot spot, @Nullable Bytes value) {}
