package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application's pool is told, and what it may do. */
@Timeout(60)
final class PostgresPoolTest {
    private static final String FOLLOWER = "roster-postgres-tail";

    private final PostgresOptions options =
            PostgresOptions.DEFAULTS.withSchema(SharedPostgres.newSchema());
    private final HikariDataSource pool = PostgresDataSourceTest.newPool(6);

    /** Who is within a call of a connection, and which were closed meanwhile by another. */
    private final Map<Connection, Thread> within = new ConcurrentHashMap<>();

    private final List<String> betweenOthersCalls = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch aborted = new CountDownLatch(1);
    private volatile boolean isWatching;
    private volatile boolean isBroken;

    @AfterEach
    void close() {
        pool.close();
    }

    private DataSource watched() {
        return (DataSource)
                Proxy.newProxyInstance(
                        DataSource.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (self, method, arguments) -> {
                            try {
                                Object result = method.invoke(pool, arguments);
                                return result instanceof Connection connection
                                        ? watched(connection)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private Connection watched(Connection connection) {
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (self, method, arguments) -> {
                            if (isBroken && method.getName().equals("getAutoCommit")) {
                                throw new NullPointerException("its delegate is null");
                            }
                            meet(connection, method.getName());
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            } finally {
                                within.remove(connection, Thread.currentThread());
                            }
                        });
    }

    private void meet(Connection connection, String method) throws InterruptedException {
        Thread caller = Thread.currentThread();
        if (method.equals("close")) {
            Thread other = within.get(connection);
            if (other != null && !other.equals(caller)) {
                betweenOthersCalls.add(caller.getName() + " while " + other.getName());
            }
        } else if (method.equals("abort")) {
            aborted.countDown();
        } else if (isWatching && caller.getName().equals(FOLLOWER)) {
            within.put(connection, caller);
            entered.countDown();
            waitUntilItIsAborted();
        }
    }

    /** As a call does that hangs, and returns a moment after its connection was ended. */
    private void waitUntilItIsAborted() throws InterruptedException {
        boolean isInterrupted = Thread.interrupted();
        while (true) {
            try {
                assertThat(aborted.await(20, TimeUnit.SECONDS)).isTrue();
                Thread.sleep(300);
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_connection_is_closed_by_the_thread_that_uses_it() throws InterruptedException {
        try (Store store = PostgresStore.open(watched(), options)) {
            assertThat(store.read(Range.prefix("")).entries()).isEmpty();
            isWatching = true;
            // It looks now and then, sooner when somebody watches.
            try (var watch = store.watch(Range.prefix("a"), 0)) {
                assertThat(watch).isNotNull();
                assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(betweenOthersCalls).isEmpty();
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    @Test
    void a_pool_that_hands_out_what_is_broken_is_a_store_that_is_away()
            throws InterruptedException {
        try (Store store = PostgresStore.open(watched(), options)) {
            isBroken = true;
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read(Range.prefix("")))
                    .withMessageContaining("its delegate is null");
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> PostgresStore.open(watched(), options).close());
            isBroken = false;
            while (!isThere(store)) {
                Thread.sleep(20);
            }
        }
    }

    private static boolean isThere(Store store) {
        try {
            return store.read(Range.prefix("")).entries().isEmpty();
        } catch (StoreUnavailableException e) {
            return false;
        }
    }
}
