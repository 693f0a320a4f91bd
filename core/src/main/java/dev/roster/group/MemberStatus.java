package dev.roster.group;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * A member as the store has it.
 *
 * @param incarnation the id of its joining
 * @param name what it calls itself
 * @param slot its slot in the latest view; empty while it has none
 * @param version the version of its program, "" if it does not say
 * @param replaces the name of the member that it takes over from, "" for none
 * @param metadata what it publishes of itself
 * @param joined when it joined, by its own wall clock
 * @param beat the number of its last beat, which a live member raises; 0 if there is none
 * @param beatAt when it beat last, by its own wall clock; the epoch if it has not
 */
public record MemberStatus(
        String incarnation,
        String name,
        OptionalInt slot,
        String version,
        String replaces,
        String metadata,
        Instant joined,
        long beat,
        Instant beatAt) {}
