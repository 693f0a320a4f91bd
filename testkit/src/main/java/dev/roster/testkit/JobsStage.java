package dev.roster.testkit;

import dev.roster.Problem;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.JobEvent;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Producers and consumers of one queue, each with its own way to the store. */
final class JobsStage implements AutoCloseable {
    static final String QUEUE = "mail";

    /** Few, so that a test does not wait for many to move. */
    static final int PARTITIONS = 8;

    private final Stage stage;
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Map<String, CutStore> stores = new ConcurrentHashMap<>();
    private final Map<String, Consumer> consumers = new ConcurrentHashMap<>();
    private final List<JobEvent> events = new CopyOnWriteArrayList<>();
    private final List<Problem> problems = new CopyOnWriteArrayList<>();

    JobsStage(Supplier<Store> open) {
        stage = new Stage(open);
        try (Store store = open.get()) {
            int unused = Jobs.create(store, QUEUE, PARTITIONS);
        }
    }

    Producer producer() {
        return Jobs.producer(stage.store(), QUEUE);
    }

    JobsAdmin admin() {
        return Jobs.admin(stage.store(), QUEUE);
    }

    /** The consumer of a member of that name, both made if they are new. */
    Consumer consumer(String name) {
        return consumers.computeIfAbsent(
                name,
                unused ->
                        Jobs.consumer(member(name), QUEUE)
                                .listen(events::add)
                                .onProblem(problems::add));
    }

    Member member(String name) {
        return members.computeIfAbsent(
                name, unused -> stage.join(store(name), Stage.GROUP, Stage.fast(name)));
    }

    CutStore store(String name) {
        return stores.computeIfAbsent(name, unused -> stage.store());
    }

    List<JobEvent> events(JobEvent.Kind kind) {
        return events.stream().filter(one -> one.kind() == kind).toList();
    }

    List<Problem> problems() {
        return problems;
    }

    @Override
    public void close() {
        stage.close();
    }
}
