package dev.roster.bench.check;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.store.MemoryStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Asking a live ownership whether it is valid, beside reading the clock. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // set before anything is measured
public class OwnershipCheckBenchmark {
    private final CompletableFuture<Ownership> started = new CompletableFuture<>();
    private Member member;
    private Ownership ownership;

    /** Joins, and waits for the one key there is. */
    @Setup
    public void own() throws ExecutionException, InterruptedException, TimeoutException {
        member = Group.join(new MemoryStore(), "bench");
        Division.space(member, "keys", 1, DivisionOptions.defaults()).listen(new FirstStart());
        ownership = started.get(30, TimeUnit.SECONDS);
    }

    @TearDown
    public void leave() {
        if (!ownership.isValid()) {
            throw new IllegalStateException("The ownership was lost while it was measured.");
        }
        member.close();
    }

    @Benchmark
    public boolean isValid() {
        return ownership.isValid();
    }

    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }

    private final class FirstStart implements DivisionListener {
        @Override
        public void start(Ownership first) {
            started.complete(first);
        }

        @Override
        public void stop(Ownership last, StopReason reason) {
            member.cancel();
        }
    }
}
