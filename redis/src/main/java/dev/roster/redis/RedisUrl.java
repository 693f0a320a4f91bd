package dev.roster.redis;

import dev.roster.Limits;
import dev.roster.StoreRefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a store URL says.
 *
 * @param kind the scheme
 * @param servers where to ask first: servers, or sentinels
 * @param user the ACL user, or ""
 * @param password its password, or ""
 * @param database the database's number
 * @param options what came after the question mark
 */
record RedisUrl(
        Kind kind,
        List<Address> servers,
        String user,
        String password,
        int database,
        Map<String, String> options) {
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int SERVERS = 16;
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_.:/-]{1,100}");
    private static final Pattern TIMEOUT = Pattern.compile("([1-9][0-9]{0,5})(ms|s)");
    private static final List<String> KNOWN =
            List.of(
                    "namespace",
                    "acceptFailoverLoss",
                    "timeout",
                    "ca",
                    "certificate",
                    "key",
                    "master",
                    "sentinelUser",
                    "sentinelPassword");

    RedisUrl {
        servers = List.copyOf(servers);
    }

    /** How the server is found and spoken to. */
    enum Kind {
        /** A server, or nodes of a cluster. */
        PLAIN("redis", PORT),
        /** The same, with TLS. */
        TLS("rediss", PORT),
        /** Sentinels that know the server. */
        SENTINEL("redis-sentinel", SENTINEL_PORT);

        private final String scheme;
        private final int port;

        Kind(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }

        String scheme() {
            return scheme;
        }
    }

    /** Where a server is. */
    record Address(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Reads a URL of that kind. No message repeats a part of the URL that may be secret. */
    static RedisUrl parse(Kind kind, String url) {
        String rest = url.substring(url.indexOf(':') + 1);
        if (!rest.startsWith("//")) {
            throw new StoreRefusedException(
                    "A Redis store URL begins with %s://host:port, such as %s://localhost:%d."
                            .formatted(kind.scheme, kind.scheme, kind.port));
        }
        rest = rest.substring(2);
        int question = rest.indexOf('?');
        Map<String, String> options = options(question < 0 ? "" : rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);
        int at = rest.lastIndexOf('@');
        String login = at < 0 ? "" : rest.substring(0, at);
        rest = rest.substring(at + 1);
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash + 1);
        String hosts = slash < 0 ? rest : rest.substring(0, slash);
        int colon = login.indexOf(':');
        RedisUrl read =
                new RedisUrl(
                        kind,
                        addresses(kind, hosts),
                        decoded("user", colon < 0 ? "" : login.substring(0, colon)),
                        decoded("password", login.substring(colon + 1)),
                        database(path),
                        options);
        read.namespace();
        read.timeout();
        read.acceptFailoverLoss();
        if (kind == Kind.SENTINEL && !options.containsKey("master")) {
            throw new StoreRefusedException(
                    "The store URL needs the name under which the sentinels know the server: add master=NAME.");
        }
        return read;
    }

    private static List<Address> addresses(Kind kind, String hosts) {
        List<Address> found = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            found.add(address(kind, host));
        }
        if (found.size() > SERVERS) {
            throw new StoreRefusedException(
                    "The store URL names %d servers, and the limit is %d: some are enough, the others are found."
                            .formatted(found.size(), SERVERS));
        }
        return found;
    }

    private static Address address(Kind kind, String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = kind.port;
        if (hasPort) {
            port = number(text.substring(colon + 1));
        }
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new StoreRefusedException(
                    "The store URL names no server, or a port that is none: write %s://host:port, with a port from 1 to 65535."
                            .formatted(kind.scheme));
        }
        return new Address(host, port);
    }

    private static int database(String path) {
        int database = path.isEmpty() ? 0 : number(path);
        if (database < 0) {
            throw new StoreRefusedException(
                    "What follows the server in the store URL is no number of a database: write /0, or nothing.");
        }
        return database;
    }

    /** The number, or -1. */
    private static int number(String text) {
        boolean isNumber = !text.isEmpty() && text.length() <= 6;
        for (int at = 0; at < text.length(); at++) {
            isNumber &= text.charAt(at) >= '0' && text.charAt(at) <= '9';
        }
        return isNumber ? Integer.parseInt(text) : -1;
    }

    private static Map<String, String> options(String text) {
        Map<String, String> found = new TreeMap<>();
        for (String option : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!KNOWN.contains(name)) {
                throw new StoreRefusedException(
                        "The store URL has the option %s; a Redis store knows %s."
                                .formatted(Limits.quoted(name), String.join(", ", KNOWN)));
            }
            found.put(name, decoded(name, equals < 0 ? "" : option.substring(equals + 1)));
        }
        return found;
    }

    private static String decoded(String what, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Its message would repeat the text.
            throw new StoreRefusedException(
                    "The %s in the store URL has a %% that no two hexadecimal digits follow: write %%25 for a percent sign."
                            .formatted(what));
        }
    }

    String option(String name) {
        return options.getOrDefault(name, "");
    }

    String namespace() {
        String namespace = options.getOrDefault("namespace", "default");
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new StoreRefusedException(
                    "The namespace %s in the store URL is not 1 to 100 letters, digits and _ . : / - of ASCII."
                            .formatted(Limits.quoted(namespace)));
        }
        return namespace;
    }

    /** How long one exchange with the server may take. */
    Duration timeout() {
        String text = options.getOrDefault("timeout", "2s");
        var matcher = TIMEOUT.matcher(text);
        if (!matcher.matches()) {
            throw new StoreRefusedException(
                    "The timeout %s in the store URL is none: write for example 2s or 500ms."
                            .formatted(Limits.quoted(text)));
        }
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("s")
                ? Duration.ofSeconds(number)
                : Duration.ofMillis(number);
    }

    boolean acceptFailoverLoss() {
        return switch (options.getOrDefault("acceptFailoverLoss", "false")) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new StoreRefusedException(
                            "The option acceptFailoverLoss in the store URL is true or false.");
        };
    }

    boolean isTls() {
        return kind == Kind.TLS;
    }

    Secrets secrets() {
        return new Secrets(
                List.of(user, password, option("sentinelUser"), option("sentinelPassword")));
    }

    /** Where it leads, without the login. */
    @Override
    public String toString() {
        List<String> hosts = servers.stream().map(Address::toString).toList();
        return "%s://%s/%d?namespace=%s"
                .formatted(kind.scheme, String.join(",", hosts), database, namespace());
    }
}
