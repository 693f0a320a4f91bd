package dev.roster.flow;

/**
 * What a flow has done so far. An event counts once, however many handlers it has.
 *
 * @param listed entries told because they were there
 * @param created keys made
 * @param updated keys written again
 * @param deleted keys deleted
 * @param failed calls of handlers that threw
 * @param rereads how often a path was read again, because changes were missed
 * @param outages how often the store did not answer
 */
public record FlowCounts(
        long listed,
        long created,
        long updated,
        long deleted,
        long failed,
        long rereads,
        long outages) {}
