package dev.roster.flow;

import dev.roster.division.Ownership;

/** Told of events of the keys that this member owns, one at a time for each partition. */
@FunctionalInterface
public interface DividedHandler {
    /**
     * Handles one event. Nobody else is told of the partition's keys before this returned and the
     * ownership was given up; an effect that must not happen after that is done under the
     * ownership's fence.
     *
     * @throws EndOfFlowException ends the flow, and gives everything up
     * @throws Exception is reported and counted, and the flow goes on with the next event
     */
    void on(FlowEvent event, Ownership ownership) throws Exception;
}
