package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.FencedException;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

/** The code of docs/how-to/exactly-once-with-sqlite.md. */
@Timeout(60)
class ExactlyOnceSnippetsTest {
    @TempDir private Path folder;

    private String jdbcUrl = "";

    @BeforeEach
    void makeTheTable() throws SQLException {
        Path file = folder.resolve("shop.db");
        jdbcUrl = "jdbc:sqlite:" + file;
        SqliteStore.open(file).close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            // tag::tables
            statement.execute("CREATE TABLE balance (account TEXT PRIMARY KEY, cents INTEGER)");
            statement.execute("CREATE TABLE paid (work_key TEXT PRIMARY KEY)");
            // end::tables
            statement.execute("INSERT INTO balance VALUES ('a', 100)");
        }
    }

    @Test
    void an_effect_happens_once_and_none_after_the_ownership()
            throws InterruptedException, SQLException {
        BlockingQueue<Ownership> paid = new LinkedBlockingQueue<>();
        try (Store store = Store.open("sqlite:" + folder.resolve("shop.db"));
                Member member = Group.join(store, "shop")) {
            Division accounts = Division.of(member, "interest");
            accounts.keys().add("a");
            accounts.start(work -> {
                payInterest(work);
                payInterest(work); // a crash before the key was done, and a second try
                paid.add(work);
            });
            Ownership old = paid.take();
            accounts.flush(Duration.ofSeconds(10));
            forget("a");
            assertThatThrownBy(() -> payInterest(old)).isInstanceOf(FencedException.class);
        }
        assertThat(cents("a")).isEqualTo(105);
    }

    // tag::guard
    void payInterest(Ownership work) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try {
                if (isFirst(connection, work.key())) {
                    try (PreparedStatement update =
                            connection.prepareStatement(
                                    "UPDATE balance SET cents = cents * 105 / 100 WHERE account = ?")) {
                        update.setString(1, work.key());
                        update.executeUpdate();
                    }
                    SqliteStore.guard(connection, work.fence()); // throws if the key is not ours
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static boolean isFirst(Connection connection, String key) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR IGNORE INTO paid VALUES (?)")) {
            insert.setString(1, key);
            return insert.executeUpdate() > 0;
        }
    }

    // end::guard

    private Connection connect() throws SQLException {
        // tag::connect
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5000);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config.createConnection(jdbcUrl); // "jdbc:sqlite:shop.db", Roster's own file
        // end::connect
    }

    private void forget(String key) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM paid WHERE work_key = ?")) {
            delete.setString(1, key);
            delete.executeUpdate();
        }
    }

    private long cents(String account) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT cents FROM balance WHERE account = ?")) {
            select.setString(1, account);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
