package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * {@code postgresql://user:password@host:port/database?options}, taken apart. Never shows a
 * password, nor the text of a URL that it could not read.
 *
 * @param driver what is the driver's: TLS and time limits
 */
record PostgresUrl(
        String host,
        int port,
        String database,
        String user,
        PostgresPassword password,
        PostgresOptions options,
        Map<String, String> driver) {
    static final String SCHEME = "postgresql";
    private static final int PORT = 5432;
    private static final List<String> OPTIONS =
            List.of("schema", "pooler", "ties", "user", "password", "passwordFile");

    /** Options that the driver knows by the same name. */
    private static final List<String> DRIVER =
            List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "channelBinding");

    PostgresUrl {
        driver = Map.copyOf(driver);
    }

    static PostgresUrl parse(String url) {
        String start = SCHEME + "://";
        if (!url.startsWith(start)) {
            throw refused("it has to begin with " + start);
        }
        String rest = url.substring(start.length());
        int question = rest.indexOf('?');
        Map<String, String> given = question < 0 ? Map.of() : options(rest.substring(question + 1));
        String place = question < 0 ? rest : rest.substring(0, question);
        int slash = place.indexOf('/');
        String authority = slash < 0 ? place : place.substring(0, slash);
        String path = slash < 0 ? "" : decoded(place.substring(slash + 1));
        int at = authority.lastIndexOf('@');
        String login = at < 0 ? "" : authority.substring(0, at);
        int colon = login.indexOf(':');
        String user = decoded(colon < 0 ? login : login.substring(0, colon));
        String password = colon < 0 ? null : decoded(login.substring(colon + 1));
        String server = authority.substring(at + 1);
        String host = host(server);
        user = user.isEmpty() ? given.getOrDefault("user", environment("PGUSER")) : user;
        user = user.isEmpty() ? System.getProperty("user.name", "postgres") : user;
        String database = path.isEmpty() ? user : path;
        int port = port(server);
        return new PostgresUrl(
                host,
                port,
                database,
                user,
                PostgresPassword.of(
                        password == null ? given.get("password") : password,
                        given.get("passwordFile")),
                options(given),
                driver(given));
    }

    private static PostgresOptions options(Map<String, String> given) {
        PostgresOptions options = PostgresOptions.DEFAULTS;
        String schema = given.get("schema");
        if (schema != null) {
            options = options.withSchema(schema);
        }
        String pooler = given.get("pooler");
        if (pooler != null) {
            options =
                    options.withPooler(
                            switch (pooler) {
                                case "auto" -> Pooler.AUTO;
                                case "none", "session" -> Pooler.NONE;
                                case "transaction" -> Pooler.TRANSACTION;
                                default -> throw refused("pooler is auto, none or transaction");
                            });
        }
        String ties = given.get("ties");
        if (ties != null) {
            options =
                    options.withTies(
                            switch (ties) {
                                case "on" -> true;
                                case "off" -> false;
                                default -> throw refused("ties is on or off");
                            });
        }
        return options;
    }

    private static Map<String, String> driver(Map<String, String> given) {
        Map<String, String> driver = new TreeMap<>();
        for (String name : DRIVER) {
            String value = given.get(name);
            if (value != null) {
                driver.put(name, value);
            }
        }
        return driver;
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new TreeMap<>();
        for (String each : text.split("&")) {
            if (each.isEmpty()) {
                continue;
            }
            int is = each.indexOf('=');
            String name = is < 0 ? "" : decoded(each.substring(0, is));
            if (!OPTIONS.contains(name) && !DRIVER.contains(name)) {
                throw refused(
                        "it has an option that is none of %s, %s, each as name=value"
                                .formatted(String.join(", ", OPTIONS), String.join(", ", DRIVER)));
            }
            if (options.put(name, decoded(each.substring(is + 1))) != null) {
                throw refused("it has the option " + name + " twice");
            }
        }
        return options;
    }

    private static String host(String server) {
        if (server.contains(",")) {
            throw refused(
                    "it has several hosts; give the one of the primary, or a name that follows it");
        }
        int end = server.startsWith("[") ? server.indexOf(']') : server.indexOf(':');
        String host =
                server.startsWith("[")
                        ? server.substring(1, Math.max(1, end))
                        : end < 0 ? server : server.substring(0, end);
        if (host.isEmpty()) {
            throw refused("it has no host");
        }
        return decoded(host);
    }

    private static int port(String server) {
        int colon = server.indexOf(':', Math.max(0, server.indexOf(']')));
        if (colon < 0) {
            return PORT;
        }
        try {
            int port = Integer.parseInt(server.substring(colon + 1));
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, without the text: it may be a part of a password with a slash in it.
        }
        throw refused(
                "what stands after the host is no port, 1 to 65535; is a / or @ in the password not written as %2F or %40?");
    }

    private static String decoded(String text) {
        try {
            // A plus is a plus here.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("a % in it does not begin an escape such as %40");
        }
    }

    static String environment(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    private static StoreRefusedException refused(String why) {
        return new StoreRefusedException(
                "The store URL cannot be used: %s. Write postgresql://user:password@host:port/database?schema=roster."
                        .formatted(why));
    }

    /** Where, for messages. */
    String where() {
        return "%s:%d/%s".formatted(host.contains(":") ? "[" + host + "]" : host, port, database);
    }

    String jdbcUrl() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return "jdbc:postgresql://%s:%d/%s"
                .formatted(name, port, URLEncoder.encode(database, StandardCharsets.UTF_8));
    }

    /** What the driver is told, but for the password. */
    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("ApplicationName", "roster");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        // Details may repeat what was to be written.
        properties.setProperty("logServerErrorDetail", "false");
        driver.forEach(properties::setProperty);
        return properties;
    }

    /** Without the password, and without options that may hold one. */
    @Override
    public String toString() {
        return "%s://%s@%s?schema=%s".formatted(SCHEME, user, where(), options.schema());
    }
}
