package dev.roster.protocol;

/**
 * A member that takes part in a division, as seen from outside.
 *
 * @param incarnation its joining
 * @param name what it calls itself
 * @param metadata what it publishes of itself
 * @param slot its slot in the latest view, −1 for none
 */
public record Peer(String incarnation, String name, String metadata, int slot) {}
