package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.StoreIdentity;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The first start of an application: all of its processes find nothing and make the tables. */
final class PostgresOpeningTest {
    private static final int PROCESSES = 4;
    private static final int ROUNDS = 6;

    @Test
    void all_may_open_an_empty_database_at_once() throws Exception {
        try (ExecutorService processes = Executors.newFixedThreadPool(PROCESSES)) {
            for (int round = 0; round < ROUNDS; round++) {
                String url = SharedPostgres.url(SharedPostgres.newSchema());
                CyclicBarrier together = new CyclicBarrier(PROCESSES);
                List<Future<StoreIdentity>> opening = new ArrayList<>();
                for (int p = 0; p < PROCESSES; p++) {
                    opening.add(
                            processes.submit(() -> {
                                together.await();
                                try (Store store = Store.open(url)) {
                                    return store.identity();
                                }
                            }));
                }
                StoreIdentity first = opening.getFirst().get();
                for (Future<StoreIdentity> one : opening) {
                    assertThat(one.get()).isEqualTo(first);
                }
            }
        }
    }
}
