package dev.roster.router;

import java.util.OptionalInt;

/**
 * Where requests can go: a member that takes part in the division, or an endpoint registered there.
 *
 * @param name what it calls itself; not unique
 * @param incarnation the id of its joining, unique; of a fixed target the same as its name
 * @param metadata what it publishes of itself, such as its address; of a fixed target ""
 * @param slot its slot in the latest view, empty while it has none
 */
public record Target(String name, String incarnation, String metadata, OptionalInt slot) {}
