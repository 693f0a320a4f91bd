package dev.roster.protocol.jobs;

import java.util.List;

/** How an attempt ended. */
public sealed interface Outcome {
    /** Well; some things are to be written together with that. */
    record Done(List<Step> also) implements Outcome {
        public Done {
            also = List.copyOf(also);
        }
    }

    /** Well, and that was written already. */
    record Committed() implements Outcome {}

    /** It failed; {@code forGood} if trying again is no use. */
    record Failed(String message, String stack, boolean forGood) implements Outcome {}
}
