package dev.roster.sql.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/** Where connections come from. */
interface ConnectionSource {
    /**
     * Another connection.
     *
     * @param patienceSeconds how long making it may take; an application's pool has its own limit
     */
    Connection connect(int patienceSeconds) throws SQLException;

    /** Whether connections may be kept while nobody uses them; the application's go back. */
    boolean mayKeep();

    /** Where to, for messages; without any secret. */
    String where();

    /** Connections of the driver's, to what a URL names. */
    static ConnectionSource of(PostgresUrl url) {
        return new ConnectionSource() {
            @Override
            public Connection connect(int patienceSeconds) throws SQLException {
                Properties properties = url.properties();
                properties.setProperty("loginTimeout", String.valueOf(patienceSeconds));
                try {
                    String password = url.password().now();
                    if (password != null) {
                        properties.setProperty("password", password);
                    }
                } catch (IOException e) {
                    throw new SQLException(
                            "the passwordFile cannot be read ("
                                    + e.getClass().getSimpleName()
                                    + ")",
                            "28000");
                }
                return DriverManager.getConnection(url.jdbcUrl(), properties);
            }

            @Override
            public boolean mayKeep() {
                return true;
            }

            @Override
            public String where() {
                return url.where();
            }
        };
    }

    /** The application's connections. */
    static ConnectionSource of(DataSource source) {
        return new ConnectionSource() {
            @Override
            public Connection connect(int patienceSeconds) throws SQLException {
                return source.getConnection();
            }

            @Override
            public boolean mayKeep() {
                return false;
            }

            @Override
            public String where() {
                return "the application's data source";
            }
        };
    }
}
