package dev.roster.protocol.jobs;

import java.util.List;
import java.util.Set;

/** Batches that are to be applied, each for itself. */
public record Flush(List<Batch> batches) {
    public Flush {
        batches = List.copyOf(batches);
    }

    /** What is written of one partition, on the condition that it is still owned. */
    public static final class Batch {
        final Part part;
        final List<JobRun> ending;
        final List<Save> saves;
        final Set<Spot> leftovers;
        final boolean hasOwners;
        private final List<Step> steps;

        Batch(
                Part part,
                List<Step> steps,
                List<JobRun> ending,
                List<Save> saves,
                Set<Spot> leftovers,
                boolean hasOwners) {
            this.part = part;
            this.steps = List.copyOf(steps);
            this.ending = List.copyOf(ending);
            this.saves = List.copyOf(saves);
            this.leftovers = leftovers;
            this.hasOwners = hasOwners;
        }

        /** The partition. */
        public int partition() {
            return part.partition;
        }

        /** The token of its ownership. */
        public long token() {
            return part.token;
        }

        /** What is written. */
        public List<Step> steps() {
            return steps;
        }
    }

    /** What a job saved, as it is written. */
    record Save(JobRun run, ProgressRecord progress) {}

    /** How a batch ended. */
    public sealed interface Answer {
        /** All of it took effect. */
        record Applied() implements Answer {}

        /** Nothing did: these spots were empty. */
        record Refused(List<Spot> spots) implements Answer {}

        /** Nothing did: the partition is owned no more. */
        record Fenced(String why) implements Answer {}

        /** Nothing did. */
        record Failed(String why) implements Answer {}

        /** It is not known. */
        record Unknown(String why) implements Answer {}
    }
}
