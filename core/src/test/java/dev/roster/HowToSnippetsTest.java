package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.group.Ticks;
import dev.roster.store.MemoryStore;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the pages in docs/concepts and docs/how-to that need no more than memory. */
@Timeout(60)
class HowToSnippetsTest {
    private final Store store = new MemoryStore();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    @Test
    void periodic_work() throws InterruptedException {
        try (Member member = Group.join(store, "cleaners")) {
            // tag::every
            Ticks ticks = member.every(Duration.ofMillis(100), slot -> cleanPart(slot));
            // end::every
            assertThat(told.take()).isEqualTo("clean 0 of 1");
            assertThat(told.take()).isEqualTo("clean 0 of 1");
            ticks.close();
        }
    }

    private void cleanPart(Slot slot) {
        told.add("clean " + slot.number() + " of " + slot.count());
    }

    @Test
    void a_slot_handler() throws InterruptedException {
        try (Member member = Group.join(store, "shards")) {
            // tag::slot
            member.onSlot(slot -> {
                while (slot.isValid()) { // and an interrupt ends the sleep when the view changes
                    workOnShard(slot.number(), slot.count());
                    Thread.sleep(100);
                }
            });
            // end::slot
            assertThat(told.take()).isEqualTo("shard 0 of 1");
        }
    }

    private void workOnShard(int number, int count) {
        told.add("shard " + number + " of " + count);
    }

    @Test
    void a_service_for_each_key() throws InterruptedException {
        Member member = Group.join(store, "bridges");
        // tag::service
        Division devices = Division.of(member, "devices");
        devices.start(work -> {
            try (Connection connection = connect(work.key())) {
                while (work.isValid()) { // an interrupt asks to stop: let it through
                    connection.pump(work.token());
                }
            }
            throw new IllegalStateException("lost the device"); // returning would mean: done
        });
        // end::service
        devices.keys().add("sensor-1");
        assertThat(told.take()).isEqualTo("connected sensor-1");
        member.close();
        assertThat(told).last().isEqualTo("closed sensor-1");
    }

    private Connection connect(String device) {
        told.add("connected " + device);
        return new Connection(device);
    }

    private final class Connection implements AutoCloseable {
        private final String device;

        Connection(String device) {
            this.device = device;
        }

        void pump(long token) throws InterruptedException {
            assertThat(token).isPositive();
            Thread.sleep(5);
        }

        @Override
        public void close() {
            told.add("closed " + device);
        }
    }

    @Test
    void a_listener() throws InterruptedException {
        try (Member member = Group.join(store, "bridges")) {
            Division devices = Division.of(member, "devices");
            // tag::listener
            devices.listen(
                    new DivisionListener() {
                        @Override
                        public void start(Ownership ownership) {
                            open(ownership.key());
                        }

                        @Override
                        public void stop(Ownership ownership, StopReason reason) {
                            shut(ownership.key());
                            devices.confirm(ownership); // only now may another member start
                        }
                    });
            // end::listener
            devices.keys().add("sensor-1");
            assertThat(told.take()).isEqualTo("open sensor-1");
            devices.flush(Duration.ofSeconds(10));
            assertThat(told.take()).isEqualTo("shut sensor-1");
        }
    }

    private void open(String key) {
        told.add("open " + key);
    }

    private void shut(String key) {
        told.add("shut " + key);
    }

    @Test
    void a_rolling_deploy() throws InterruptedException {
        Member old = Group.join(store, "importers", joining("importer-3", "41"));
        Division held = Division.of(old, "feeds").start(work -> Thread.sleep(60_000));
        held.keys().add("a");
        while (held.held().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        // tag::deploy
        JoinOptions successor =
                JoinOptions.defaults()
                        .withName("importer-3-v42")
                        .withVersion("42")
                        .withReplaces("importer-3");
        // end::deploy
        try (Member fresh = Group.join(store, "importers", successor)) {
            Division division = Division.of(fresh, "feeds").start(work -> Thread.sleep(60_000));
            old.close();
            while (division.held().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(division.held("a")).isPresent();
        }
    }

    private static JoinOptions joining(String name, String version) {
        return JoinOptions.defaults().withName(name).withVersion(version);
    }

    @Test
    void a_guarded_commit() throws InterruptedException {
        try (Member member = Group.join(store, "importers")) {
            Division feeds = Division.of(member, "feeds");
            BlockingQueue<CommitResult> results = new LinkedBlockingQueue<>();
            feeds.start(work -> results.add(saveProgress(work)));
            feeds.keys().add("de");
            assertThat(results.take()).isInstanceOf(CommitResult.Applied.class);
            assertThat(store.read(Range.key("app/progress/de")).entries()).hasSize(1);
        }
    }

    // tag::fence
    CommitResult saveProgress(Ownership work) {
        Operation save = new Operation.Put("app/progress/" + work.key(), Bytes.utf8("page 7"));
        return store.commit(work.fence().guard(save)); // Refused once the key is another's
    }

    // end::fence

    @Test
    void problems_are_told() throws InterruptedException {
        try (Member member = Group.join(store, "importers")) {
            // tag::problems
            member.listen(
                    new GroupListener() {
                        @Override
                        public void problem(Problem problem) {
                            told.add(problem.toString()); // in a program: log it, count its kind
                        }

                        @Override
                        public void lost(String why) {
                            told.add("this member must not act: " + why);
                        }
                    });
            // end::problems
            DivisionOptions options = DivisionOptions.defaults().withAttempts(1);
            Division.of(member, "feeds", options)
                    .start(work -> {
                        throw new IllegalArgumentException("no such feed");
                    })
                    .keys()
                    .add(List.of("xx"));
            assertThat(told.take()).startsWith("WORK_GIVEN_UP xx: attempt 1");
        }
    }
}
