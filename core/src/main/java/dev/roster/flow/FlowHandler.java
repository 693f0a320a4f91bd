package dev.roster.flow;

/** Told of events, one at a time for each path. */
@FunctionalInterface
public interface FlowHandler {
    /**
     * Handles one event. The next one waits until this returned; what happens meanwhile waits in
     * the store.
     *
     * @throws EndOfFlowException ends the flow, cleanly
     * @throws Exception is reported and counted, and the flow goes on with the next event
     */
    void on(FlowEvent event) throws Exception;
}
