package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Of a quiet commit the server tells nobody. */
@Timeout(60)
final class PostgresQuietTest {
    private static Commit put(String key) {
        return new Commit(
                null, List.of(), List.of(new Operation.Put(key, Bytes.utf8("a value of " + key))));
    }

    @Test
    void a_notice_is_sent_of_what_is_not_quiet() throws SQLException {
        try (PostgresServer server = PostgresServer.start("max_connections=50");
                Store store = Store.open(server.url());
                Connection listening =
                        ConnectionSource.of(PostgresUrl.parse(server.url())).connect(20)) {
            String channel =
                    PostgresNotice.channel(new PostgresSchema(PostgresOptions.DEFAULTS.schema()));
            PostgresSchema.execute(listening, "LISTEN " + channel);

            assertThat(store.commit(put("quiet").quietly()))
                    .isInstanceOf(CommitResult.Applied.class);
            assertThat(store.commit(put("loud"))).isInstanceOf(CommitResult.Applied.class);

            List<String> told = new ArrayList<>();
            while (!told.contains("loud")) {
                PGNotification[] notices =
                        listening.unwrap(PGConnection.class).getNotifications(1000);
                for (PGNotification notice : notices) {
                    told.addAll(PostgresNotice.keys(notice.getParameter()));
                }
            }
            assertThat(told).containsExactly("loud");
        }
    }
}
