package dev.roster.store;

import java.util.List;

/** How a batch ended. Only {@link Unknown} leaves it open whether it took effect. */
public sealed interface QueueResult {
    /** All of it took effect, together. */
    record Applied() implements QueueResult {}

    /**
     * Nothing happened: a condition did not hold, or an entry that was to be taken was not there.
     *
     * @param failed the places, all of them
     */
    record Refused(List<Failed> failed) implements QueueResult {
        public Refused {
            failed = List.copyOf(failed);
        }

        /** A place where something else was found than the batch asked for. */
        public record Failed(int partition, Shelf shelf, Place place) {}
    }

    /** Nothing happened: a fence does not hold. The ownership is over. */
    record Fenced(String why) implements QueueResult {}

    /** Nothing happened, and nothing will: the store could not act. Trying again may help. */
    record NotApplied(String why) implements QueueResult {}

    /** No answer came: the batch was applied, was not, or will be later. */
    record Unknown(String why) implements QueueResult {}
}
