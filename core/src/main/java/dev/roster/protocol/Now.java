package dev.roster.protocol;

/**
 * The time of an event.
 *
 * @param nanos a clock that never goes back and counts suspended time, from an origin of its own
 * @param wallMillis wall-clock time, for people to read; no decision depends on it
 */
public record Now(long nanos, long wallMillis) {}
