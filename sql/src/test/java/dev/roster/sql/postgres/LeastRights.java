package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;

/** A schema whose tables belong to an owner, with what roles.sql grants to two other roles. */
final class LeastRights {
    private static final String ROLES =
            """
            CREATE ROLE roster_owner LOGIN PASSWORD 'o';
            CREATE ROLE roster_app LOGIN PASSWORD 'a';
            CREATE ROLE roster_readonly LOGIN PASSWORD 'r';
            GRANT CREATE ON DATABASE postgres TO roster_owner
            """;

    private static boolean made;

    private final String schema = SharedPostgres.newSchema();
    private boolean installed;

    private static synchronized void makeRoles() {
        if (!made) {
            SharedPostgres.server().sql(ROLES);
            made = true;
        }
    }

    String schema() {
        return schema;
    }

    /** For owner, app or readonly. */
    String url(String role) {
        PostgresServer server = SharedPostgres.server();
        return "postgresql://roster_%s:%s@%s:%d/postgres?schema=%s"
                .formatted(
                        role,
                        role.substring(0, 1),
                        server.address().getAddress().getHostAddress(),
                        server.address().getPort(),
                        schema);
    }

    /** As in docs/how-to/use-postgresql.md: the owner opens it once, and grants. */
    Store open(String role) {
        makeRoles();
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
        return Store.open(url(role));
    }
}
