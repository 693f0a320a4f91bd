package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Operation;
import dev.roster.flow.EndOfFlowException;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.flow.FlowOptions;
import dev.roster.store.Store;
import dev.roster.testkit.check.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real flow's history is judged, and what it leaves out is noticed. */
@Timeout(60)
final class FlowWitnessTest {
    private static final StoreKeys KEYS = new StoreKeys("flow-witness");
    private static final int KEYS_WRITTEN = 20;

    @TempDir private Path folder = Path.of("");

    private static void write(Store store, int key) {
        Operation put =
                new Operation.Put(KEYS.watched() + "/" + key, Bytes.utf8("written with " + key));
        assertThat(store.commit(new Commit(store.identity(), List.of(), List.of(put)))).isNotNull();
    }

    /**
     * Half is there when the flow begins; the rest it writes itself, one after each that is told.
     */
    private Judgement judged(Predicate<FlowEvent> passed) throws InterruptedException {
        Path file = folder.resolve("one.jsonl");
        try (HistoryFile history = new HistoryFile(file);
                Store store = new RecordingStore(Store.open("memory:"), history)) {
            for (int key = 0; key < KEYS_WRITTEN / 2; key++) {
                write(store, key);
            }
            FlowWitness witness = new FlowWitness(store, history, "one");
            int[] written = {KEYS_WRITTEN / 2};
            try (Flow flow =
                    Flow.on(witness.store(), FlowOptions.defaults().withPageSize(3))
                            .follow(
                                    KEYS.watched(),
                                    event -> {
                                        if (passed.test(event)) {
                                            witness.on(event);
                                        }
                                        if (event.key().endsWith("/" + KEYS_WRITTEN)) {
                                            throw new EndOfFlowException();
                                        }
                                        boolean isListed = event instanceof FlowEvent.Listed;
                                        if (!isListed || event.key().endsWith("/9")) {
                                            write(store, written[0]);
                                            written[0]++;
                                        }
                                    })) {
                flow.run();
            }
        }
        return Chronicle.read(List.of(file), "flow-witness").judge(Duration.ofSeconds(3)).stream()
                .filter(one -> one.id().equals("W1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void what_a_flow_tells_is_what_the_store_holds() throws InterruptedException {
        Judgement judgement = judged(event -> true);
        assertThat(judgement.violation()).isNull();
        assertThat(judgement.checks()).isGreaterThan(KEYS_WRITTEN);
    }

    @Test
    void an_event_that_is_left_out_is_noticed() throws InterruptedException {
        Judgement judgement = judged(event -> !event.key().endsWith("/12"));
        assertThat(judgement.violation()).hasMessageContaining("/12 at null");
    }
}
