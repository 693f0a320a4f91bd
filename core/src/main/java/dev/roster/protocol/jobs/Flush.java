package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

        /** That the partition has an owner, or none, as it is written alone; or null. */
        final @Nullable Bytes owners;

        private final @Nullable Bytes under;
        private final List<Step> steps;

        Batch(
                Part part,
                List<Step> steps,
                List<JobRun> ending,
                List<Save> saves,
                Set<Spot> leftovers,
                @Nullable Bytes owners,
                @Nullable Bytes under) {
            this.part = part;
            this.steps = List.copyOf(steps);
            this.ending = List.copyOf(ending);
            this.saves = List.copyOf(saves);
            this.leftovers = leftovers;
            this.owners = owners;
            this.under = under;
        }

        /** The partition. */
        public int partition() {
            return part.partition;
        }

        /** The token of its ownership. */
        public long token() {
            return part.token;
        }

        /**
         * What has to stand at {@link PartitionRecord#SPOT} of the progress, so that nothing of
         * this takes effect after what was written since; null for anything.
         */
        public @Nullable Bytes under() {
            return under;
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
