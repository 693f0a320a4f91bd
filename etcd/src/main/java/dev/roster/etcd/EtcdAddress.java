package dev.roster.etcd;

import dev.roster.Limits;
import dev.roster.StoreRefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store URL says: where etcd is, who we are and which keys are ours. {@link #toString}
 * leaves the password out.
 *
 * @param endpoints in the order in which they are tried
 * @param tls how to encrypt, or null for not at all
 * @param compact how much history to keep; zero for leaving it to the operator
 */
record EtcdAddress(
        List<Endpoint> endpoints,
        @Nullable Login login,
        @Nullable TlsFiles tls,
        String namespace,
        Duration timeout,
        Duration compact) {
    static final String DEFAULT_NAMESPACE = "roster";

    private static final int DEFAULT_PORT = 2379;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration COMPACT = Duration.ofMinutes(10);
    private static final Duration SHORTEST_COMPACT = Duration.ofMinutes(1);
    private static final List<String> OPTIONS =
            List.of("namespace", "tls", "ca", "certificate", "key", "timeout", "compact");

    /** One server of the cluster. */
    record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** A user of etcd's. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return user + ":****";
        }
    }

    EtcdAddress {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Reads a URL.
     *
     * @param encrypted whether the scheme alone asks for TLS
     */
    static EtcdAddress parse(String rest, boolean encrypted) {
        if (!rest.startsWith("//")) {
            throw refused("it has to begin with etcd://HOST:PORT, such as etcd://localhost:2379");
        }
        String all = rest.substring(2);
        int question = all.indexOf('?');
        String authority = question < 0 ? all : all.substring(0, question);
        Map<String, String> options = question < 0 ? Map.of() : options(all, question + 1);
        if (authority.endsWith("/")) {
            authority = authority.substring(0, authority.length() - 1);
        }
        int at = authority.lastIndexOf('@');
        return new EtcdAddress(
                endpoints(authority.substring(at + 1)),
                at < 0 ? null : login(authority.substring(0, at)),
                tls(options, encrypted),
                options.getOrDefault("namespace", DEFAULT_NAMESPACE),
                duration(
                        "timeout",
                        options.get("timeout"),
                        TIMEOUT,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(60)),
                "off".equals(options.get("compact"))
                        ? Duration.ZERO
                        : duration(
                                "compact",
                                options.get("compact"),
                                COMPACT,
                                SHORTEST_COMPACT,
                                Duration.ofDays(1)));
    }

    private static Map<String, String> options(String url, int begin) {
        Map<String, String> options = new TreeMap<>();
        for (String option : url.substring(begin).split("&")) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                // Only the name: a value may be a secret in the wrong place.
                throw refused(
                        "it has the option %s, and etcd knows %s"
                                .formatted(Limits.quoted(name), String.join(", ", OPTIONS)));
            }
            if (equals < 0) {
                throw refused("its option %s has no value".formatted(name));
            }
            options.put(name, decoded(option.substring(equals + 1)));
        }
        return options;
    }

    private static List<Endpoint> endpoints(String text) {
        List<Endpoint> found = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            found.add(endpoint(one));
        }
        return found;
    }

    private static Endpoint endpoint(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > bracket;
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw refused("an IPv6 address goes in brackets: [::1]:2379");
        }
        if (host.isEmpty() || host.indexOf('/') >= 0) {
            throw refused("each of its servers is HOST:PORT, separated by commas");
        }
        int port = hasPort ? port(text.substring(colon + 1)) : DEFAULT_PORT;
        return new Endpoint(host, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw refused("a port is a number from 1 to 65535 (escape a colon in a password as %3A)");
    }

    private static Login login(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw refused("a user comes with a password: etcd://USER:PASSWORD@HOST:PORT");
        }
        return new Login(decoded(text.substring(0, colon)), decoded(text.substring(colon + 1)));
    }

    private static @Nullable TlsFiles tls(Map<String, String> options, boolean encrypted) {
        boolean asked =
                switch (options.getOrDefault("tls", encrypted ? "true" : "false")) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw refused("its option tls is true or false");
                };
        String ca = options.get("ca");
        String certificate = options.get("certificate");
        String key = options.get("key");
        if ((certificate == null) != (key == null)) {
            throw refused("the options certificate and key belong together");
        }
        if (!asked && (encrypted || ca != null || certificate != null)) {
            throw refused("it names certificates or is etcds://, and says that TLS is not used");
        }
        return asked ? new TlsFiles(ca, certificate, key) : null;
    }

    private static Duration duration(
            String name,
            @Nullable String text,
            Duration otherwise,
            Duration atLeast,
            Duration atMost) {
        if (text == null) {
            return otherwise;
        }
        try {
            int number = text.replaceAll("[^0-9].*", "").length();
            long amount = Long.parseLong(text.substring(0, number));
            Duration duration =
                    switch (text.substring(number)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ZERO;
                    };
            if (duration.compareTo(atLeast) >= 0 && duration.compareTo(atMost) <= 0) {
                return duration;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Said below.
        }
        throw refused(
                "its option %s is a time such as 500ms, 2s or 10m, at least %d ms and at most %d ms"
                        .formatted(name, atLeast.toMillis(), atMost.toMillis()));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("a percent sign has to be written as %25");
        }
    }

    /** Never with the URL: it may hold a password. */
    private static StoreRefusedException refused(String why) {
        return new StoreRefusedException("The etcd store URL cannot be used: " + why + ".");
    }
}
