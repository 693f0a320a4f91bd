package dev.roster.protocol.jobs;

import dev.roster.Bytes;

/** An entry as it was read. */
public record Slip(Spot spot, Bytes value) {}
