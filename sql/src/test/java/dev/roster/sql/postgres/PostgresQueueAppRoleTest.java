package dev.roster.sql.postgres;

import static dev.roster.sql.Entries.put;
import static dev.roster.sql.Entries.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.sql.Entries;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import org.junit.jupiter.api.Test;

/** The contract under the role that roles.sql makes for members, which owns nothing. */
final class PostgresQueueAppRoleTest extends QueueContract {
    private final LeastRights rights = new LeastRights();

    @Override
    protected Store open() {
        return rights.open("app");
    }

    @Test
    void who_may_only_look_reads_and_is_told_that_it_cannot_write() {
        Entries.applied(queue(), put(0, "a"));
        try (Store reader = rights.open("readonly")) {
            assertThat(read(reader.queue(queue().name()), 0)).containsExactly("a");
            assertThat(reader.queue(queue().name()).apply(Entries.batch(put(0, "b"))))
                    .isInstanceOfSatisfying(
                            QueueResult.NotApplied.class,
                            not -> assertThat(not.why()).contains("permission denied"));
        }
    }
}
