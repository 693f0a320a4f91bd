package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.StoreRefusedException;
import dev.roster.sql.Puts;
import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.PostgresServer;
import org.junit.jupiter.api.Test;

/** The contract under the role that roles.sql makes for members, which owns nothing. */
final class PostgresAppRoleTest extends StoreContract {
    private final LeastRights rights = new LeastRights();

    @Override
    protected Store open() {
        return rights.open("app");
    }

    @Test
    void it_can_neither_empty_nor_change_the_tables() {
        PostgresServer server = SharedPostgres.server();
        for (String forbidden :
                new String[] {
                    "TRUNCATE %s.roster_entries",
                    "DROP TABLE %s.roster_entries",
                    "ALTER TABLE %s.roster_entries ADD n integer",
                    "DELETE FROM %s.roster_meta",
                    "TRUNCATE %s.roster_queue",
                    "DROP TABLE %s.roster_queue",
                    "CREATE TABLE %s.mine (n integer)"
                }) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() ->
                            server.sql(
                                    "SET ROLE roster_app; " + forbidden.formatted(rights.schema())))
                    .withMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    @Test
    void who_may_only_look_reads_and_watches_and_is_told_that_it_cannot_write() {
        Puts.applied(store(), "k", "v");
        try (Store reader = rights.open("readonly")) {
            assertThat(Puts.value(reader, "k")).isEqualTo("v");
            assertThat(reader.commit(Puts.put("k", "w")))
                    .isInstanceOfSatisfying(
                            CommitResult.Failed.class,
                            failed -> assertThat(failed.why()).contains("permission denied"));
        }
    }

    @Test
    void who_may_not_make_tables_is_told_who_should() {
        String other = rights.url("app").replace(rights.schema(), SharedPostgres.newSchema());
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(other))
                .withMessageContaining("permission denied")
                .withMessageContaining("schema.sql")
                .withMessageContaining("roles.sql");
    }
}
