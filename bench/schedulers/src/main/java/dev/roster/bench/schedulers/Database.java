package dev.roster.bench.schedulers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL database, by the URL that Roster takes. */
final class Database {
    private final String url;
    private final String user;
    private final String password;

    Database(String text) {
        URI uri = URI.create(text);
        String[] login = uri.getRawUserInfo().split(":", 2);
        user = URLDecoder.decode(login[0], StandardCharsets.UTF_8);
        // Not a form: a plus is a plus.
        password = URLDecoder.decode(login[1].replace("+", "%2B"), StandardCharsets.UTF_8);
        url = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath());
    }

    /** A pool of so many connections, which is what each of the libraries recommends to use. */
    HikariDataSource pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }

    static void run(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long count(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
