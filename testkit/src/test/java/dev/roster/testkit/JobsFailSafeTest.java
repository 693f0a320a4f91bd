package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Problem;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.protocol.jobs.JobsLayout;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer whose threads end holds no partitions. */
@Timeout(60)
final class JobsFailSafeTest {
    private final String name = UUID.randomUUID().toString();
    private volatile String broken = "none";

    /** A way to the store one method of whose queues fails as none should. */
    private Store fragile() {
        return new ForwardingStore(MemoryStore.shared(name)) {
            @Override
            public Queue queue(String queue) {
                return fragile(behind().queue(queue));
            }

            @Override
            public Watch watch(Range range, long revision) {
                boolean isControl = range.equals(Range.prefix(new JobsLayout("mail").prefix()));
                return isControl
                        ? fragile(behind().watch(range, revision))
                        : behind().watch(range, revision);
            }
        };
    }

    private Queue fragile(Queue behind) {
        return fragile(Queue.class, behind);
    }

    private Watch fragile(Watch behind) {
        return fragile(Watch.class, behind);
    }

    private <T> T fragile(Class<T> type, T behind) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals(broken)) {
                                throw new AssertionError("a fault of the driver's");
                            }
                            try {
                                return method.invoke(behind, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    private void othersGoOnWhenAThreadOfAConsumerEndsIn(String method) {
        List<Problem> problems = new CopyOnWriteArrayList<>();
        List<String> done = new CopyOnWriteArrayList<>();
        try (Store first = fragile();
                Store second = MemoryStore.shared(name);
                Member one = Group.join(first, "group", Stage.fast("one"));
                Member two = Group.join(second, "group", Stage.fast("two"));
                Producer producer = Jobs.producer(second, "mail");
                JobsAdmin admin = Jobs.admin(second, "mail")) {
            Consumer breaks =
                    Jobs.consumer(one, "mail")
                            .onProblem(problems::add)
                            .task("send", job -> done.add("one"))
                            .start();
            Stage.await("it owns all", () -> breaks.counts().partitions() == Jobs.PARTITIONS);
            producer.submit(Job.of("send", ""));
            Stage.await("it works", () -> done.equals(List.of("one")));
            Jobs.consumer(two, "mail").task("send", job -> done.add("two")).start();
            broken = method;
            for (int n = 0; n < 100; n++) {
                producer.submit(Job.of("send", ""));
            }
            Stage.await("its member ends", () -> !one.isValid());
            Stage.await("the other has all", () -> Jobs.admin(second, "mail").stats().due() == 0);
            Stage.await("it is told", () -> !problems.isEmpty());
            assertThat(problems.getFirst().detail()).contains("a fault of the driver's");
            assertThat(problems.getFirst().kind()).isEqualTo(Problem.Kind.OWN_FAULT);
        }
    }

    @Test
    void othersGoOnWhenTheReaderEnds() {
        othersGoOnWhenAThreadOfAConsumerEndsIn("read");
    }

    @Test
    void othersGoOnWhenTheWriterEnds() {
        othersGoOnWhenAThreadOfAConsumerEndsIn("apply");
    }

    @Test
    void othersGoOnWhenWhatFollowsOperatorsEnds() {
        othersGoOnWhenAThreadOfAConsumerEndsIn("next");
    }
}
