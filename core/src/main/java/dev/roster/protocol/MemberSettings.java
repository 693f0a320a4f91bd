package dev.roster.protocol;

/**
 * What a member brings with it.
 *
 * @param group name of the group
 * @param name what the member calls itself
 * @param version the version of its program, "" if it does not say
 * @param replaces the name of the member that it takes over from, "" for none
 * @param tie the tie of its process to the store, "" for none
 * @param metadata what it publishes of itself
 * @param timing the group's times
 * @param slotStopNanos how long a slot's handler may take to stop before the barrier goes on
 *     without it
 * @param operations most operations that one commit of the store carries
 */
public record MemberSettings(
        String group,
        String name,
        String version,
        String replaces,
        String tie,
        String metadata,
        Timing timing,
        long slotStopNanos,
        int operations) {}
