package dev.roster.jobs;

import dev.roster.Fence;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.protocol.jobs.JobRun;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The partitions that a consumer owns. For one caller at a time. */
final class Owned {
    private final Division division;
    private final Map<Integer, Ownership> byPartition = new HashMap<>();

    Owned(Division division) {
        this.division = division;
    }

    static int partition(Ownership ownership) {
        return Integer.parseInt(ownership.key());
    }

    void add(Ownership ownership) {
        byPartition.put(partition(ownership), ownership);
    }

    /** It is over: others may have it. */
    void confirm(Ownership ownership) {
        byPartition.remove(partition(ownership), ownership);
        division.confirm(ownership);
    }

    void released(int partition, long token) {
        Ownership ownership = find(partition, token);
        if (ownership != null) {
            confirm(ownership);
        }
    }

    void fenced(int partition, long token) {
        Ownership ownership = find(partition, token);
        if (ownership != null) {
            byPartition.remove(partition);
            division.giveBack(ownership);
        }
    }

    /** Under that token; null if it is over. */
    @Nullable Ownership find(int partition, long token) {
        Ownership ownership = byPartition.get(partition);
        return ownership == null || ownership.token() != token ? null : ownership;
    }

    /** What is written under a token; null if it is over. */
    @Nullable Fence fence(int partition, long token) {
        Ownership ownership = find(partition, token);
        return ownership == null ? null : ownership.fence();
    }

    Tenure tenure(JobRun run) {
        Ownership ownership = find(run.partition(), run.token());
        if (ownership == null) {
            throw new IllegalStateException("A job of a partition that is not owned: " + run);
        }
        return Tenure.of(ownership);
    }

    Set<Integer> partitions() {
        return new LinkedHashSet<>(byPartition.keySet());
    }
}
