package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.StoreRefusedException;
import dev.roster.sql.Puts;
import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.PostgresServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract under the role that roles.sql makes for members, which owns nothing. */
final class PostgresAppRoleTest extends StoreContract {
    private static final String ROLES =
            """
            CREATE ROLE roster_owner LOGIN PASSWORD 'o';
            CREATE ROLE roster_app LOGIN PASSWORD 'a';
            CREATE ROLE roster_readonly LOGIN PASSWORD 'r';
            GRANT CREATE ON DATABASE postgres TO roster_owner
            """;

    private final String schema = SharedPostgres.newSchema();
    private boolean installed;

    @BeforeAll
    static void makeRoles() {
        SharedPostgres.server().sql(ROLES);
    }

    private String url(String role) {
        return "postgresql://roster_%s:%s@%s:%d/postgres?schema=%s"
                .formatted(
                        role,
                        role.substring(0, 1),
                        SharedPostgres.server().address().getAddress().getHostAddress(),
                        SharedPostgres.server().address().getPort(),
                        schema);
    }

    /** As in docs/how-to/use-postgresql.md: the owner opens it once, and grants. */
    private void install() {
        if (!installed) {
            installed = true;
            Store.open(url("owner")).close();
            SharedPostgres.server()
                    .sql(
                            "SET ROLE roster_owner; "
                                    + new PostgresSchema(schema)
                                            .file("roles.sql")
                                            .replaceAll("(?m)^--.*$", "")
                                            .replace(":\"app\"", "roster_app")
                                            .replace(":\"readonly\"", "roster_readonly"));
        }
    }

    @Override
    protected Store open() {
        install();
        return Store.open(url("app"));
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
                    "CREATE TABLE %s.mine (n integer)"
                }) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(
                            () -> server.sql("SET ROLE roster_app; " + forbidden.formatted(schema)))
                    .withMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    @Test
    void who_may_only_look_reads_and_watches_and_is_told_that_it_cannot_write() {
        Puts.applied(store(), "k", "v");
        try (Store reader = Store.open(url("readonly"))) {
            assertThat(Puts.value(reader, "k")).isEqualTo("v");
            assertThat(reader.commit(Puts.put("k", "w")))
                    .isInstanceOfSatisfying(
                            CommitResult.Failed.class,
                            failed -> assertThat(failed.why()).contains("permission denied"));
        }
    }

    @Test
    void who_may_not_make_tables_is_told_who_should() {
        String other = url("app").replace(schema, SharedPostgres.newSchema());
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(other))
                .withMessageContaining("permission denied")
                .withMessageContaining("schema.sql")
                .withMessageContaining("roles.sql");
    }
}
