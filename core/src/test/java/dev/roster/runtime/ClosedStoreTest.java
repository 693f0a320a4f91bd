package dev.roster.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.Operation;
import dev.roster.StoreClosedException;
import dev.roster.flow.Flow;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What follows a store ends with it, also when it is closed between a reading and its watch. */
@Timeout(30)
final class ClosedStoreTest {
    private final Store store = Store.open("memory:");

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aFollowingEndsAndSaysWhy() throws Exception {
        CompletableFuture<@Nullable RuntimeException> end = new CompletableFuture<>();
        Following.Follower follower =
                new Following.Follower() {
                    @Override
                    public void read(Snapshot snapshot) {
                        store.close();
                    }

                    @Override
                    public void changed(List<Change> changes, long revision) {}

                    @Override
                    public void unreachable() {}

                    @Override
                    public void ended(@Nullable RuntimeException why) {
                        end.complete(why);
                    }
                };
        try (Following following =
                new Following("test", store, Range.prefix("a"), follower).start(null)) {
            assertThat(following).isNotNull();
            assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(StoreClosedException.class);
        }
    }

    @Test
    void aFlowFailsAndSaysWhy() {
        var unused =
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put("/a/one", Bytes.EMPTY))));
        Flow flow = Flow.on(store).list("/a", event -> store.close()).watch("/a", event -> {});
        assertThatThrownBy(flow::run).hasMessageContaining("closed");
    }
}
