package dev.roster.sql.postgres;

import static dev.roster.sql.Entries.applied;
import static dev.roster.sql.Entries.batch;
import static dev.roster.sql.Entries.put;
import static dev.roster.sql.Entries.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.roster.store.Queue;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which thread writes to the queues of a store. */
@Timeout(60)
final class PostgresQueueCallersTest {
    private static final String WRITER = "roster-postgres-queue";

    private final HikariDataSource pool = PostgresDataSourceTest.newPool(10);
    private final List<String> writers = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean holds;
    private Store store = unopened();
    private Queue queue = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void open() {
        store =
                PostgresStore.open(
                        noting(DataSource.class, pool),
                        PostgresOptions.DEFAULTS.withSchema(SharedPostgres.newSchema()));
        queue = store.queue("mail");
        // The thread that writes connects, and then rests: not at once when it has answered.
        while (!writers.contains(Thread.currentThread().getName())) {
            applied(queue, put(0, "first"));
        }
        writers.clear();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        store.close();
        pool.close();
    }

    /** Notes the threads that put entries, and may hold them up. */
    private <T> T noting(Class<T> type, T behind) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            note(method, arguments);
                            try {
                                Object result = method.invoke(behind, arguments);
                                return result instanceof Connection connection
                                                && method.getName().equals("getConnection")
                                        ? noting(Connection.class, connection)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    private void note(Method method, Object[] arguments) throws InterruptedException {
        boolean puts =
                method.getName().equals("prepareStatement")
                        && arguments[0].toString().contains("INSERT INTO")
                        && arguments[0].toString().contains("roster_queue");
        if (puts) {
            writers.add(Thread.currentThread().getName());
            if (holds) {
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void who_is_alone_writes_by_himself() {
        applied(queue, put(0, "a"));
        assertThat(writers).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void a_virtual_thread_which_would_break_the_connection_when_it_is_interrupted_does_not()
            throws InterruptedException {
        Thread caller = Thread.ofVirtual().name("caller").start(() -> applied(queue, put(0, "a")));
        caller.join();
        assertThat(writers).containsExactly(WRITER);
        assertThat(read(queue, 0)).contains("a");
    }

    @Test
    void who_was_interrupted_before_writes_all_the_same_and_stays_interrupted() {
        Thread.currentThread().interrupt();
        QueueResult result = queue.apply(batch(put(0, "a")));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isInstanceOf(QueueResult.Applied.class);
    }

    @Test
    void what_comes_meanwhile_is_written_after_that() throws Exception {
        holds = true;
        CompletableFuture<Void> first =
                CompletableFuture.runAsync(() -> applied(queue, put(0, "a")));
        while (writers.isEmpty()) {
            Thread.sleep(1);
        }
        CompletableFuture<QueueResult> others =
                CompletableFuture.supplyAsync(() -> queue.apply(batch(put(0, "b"))));
        CompletableFuture<QueueResult> more =
                CompletableFuture.supplyAsync(() -> queue.apply(batch(put(0, "c"))));
        holds = false;
        goOn.countDown();
        first.get(30, TimeUnit.SECONDS);
        assertThat(others.get(30, TimeUnit.SECONDS)).isInstanceOf(QueueResult.Applied.class);
        assertThat(more.get(30, TimeUnit.SECONDS)).isInstanceOf(QueueResult.Applied.class);
        assertThat(read(queue, 0)).contains("a", "b", "c");
    }
}
