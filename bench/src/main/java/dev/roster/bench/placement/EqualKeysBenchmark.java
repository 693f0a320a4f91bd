package dev.roster.bench.placement;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Places keys of equal weight on equal members. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EqualKeysBenchmark {

    @Param({"4000 on 5", "1000000 on 1000"})
    public String size = "";

    @Param public Change change = Change.FROM_NOTHING;

    private Situation situation = Situation.after(Change.FROM_NOTHING, 0, 1);
    private KafkaGroup kafkaGroup = new KafkaGroup(situation);

    static Situation situation(String size, Change change) {
        String[] numbers = size.split(" on ");
        return Situation.after(change, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    }

    @Setup
    public void prepare() {
        situation = situation(size, change);
        kafkaGroup = new KafkaGroup(situation);
    }

    @Benchmark
    public int[] roster() {
        return situation.place();
    }

    @Benchmark
    public GroupAssignment kafka() {
        return kafkaGroup.place();
    }
}
