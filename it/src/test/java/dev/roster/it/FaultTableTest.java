package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.testkit.chaos.ChaosRun;
import dev.roster.testkit.chaos.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of faults and stores that people read. */
final class FaultTableTest {
    private static final List<String> STORES =
            List.of("sqlite", "postgresql", "pgbouncer", "redis", "etcd", "etcd-cluster");

    @Test
    void the_document_says_which_faults_there_are_on_which_store() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            StringBuilder row = new StringBuilder("| `%s`: %s |".formatted(fault, fault.text()));
            for (String store : STORES) {
                row.append(ChaosRun.faults(store).contains(fault) ? " yes |" : " – |");
            }
            rows.add(row.toString());
        }
        try (Stream<String> lines =
                Files.lines(Checkout.root().resolve("docs/how-to/repeat-the-chaos-run.md"))) {
            List<String> told =
                    lines.dropWhile(line -> !line.startsWith("| fault | "))
                            .skip(2)
                            .takeWhile(line -> line.startsWith("|"))
                            .toList();
            assertThat(told).isEqualTo(rows);
        }
    }
}
