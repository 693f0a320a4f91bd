package dev.roster.protocol;

/**
 * A partition's owner.
 *
 * @param peer who it is
 * @param token the ownership's token
 */
public record Seat(Peer peer, long token) {}
