package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A store that is there already: nothing is done to it, but on the way to it, if that is TCP. */
final class GivenGround implements Ground {
    /** A scheme, perhaps a user, one host, perhaps a port, the rest. */
    private static final Pattern ONE_HOST =
            Pattern.compile("(\\w+)://([^@/]*@)?(\\[[^]]+]|[^:/?,\\[]+)(?::(\\d+))?([/?].*)?");

    private final String url;
    private final @Nullable Matcher host;

    GivenGround(String url) {
        this.url = url;
        this.host = host(url);
    }

    private static @Nullable Matcher host(String url) {
        Matcher matcher = ONE_HOST.matcher(url);
        return matcher.matches() && wire(matcher.group(1)) != Wire.OTHER ? matcher : null;
    }

    private static Wire wire(String scheme) {
        return switch (scheme) {
            case "postgresql", "postgres" -> Wire.POSTGRESQL;
            case "redis" -> Wire.REDIS;
            case "etcd" -> Wire.ETCD;
            default -> Wire.OTHER;
        };
    }

    static Map<Fault, String> leftOut(String url) {
        Map<Fault, String> out = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            if (fault.needs() == Fault.Needs.SERVER) {
                out.put(fault, "the store is not the run's own");
            } else if (fault.needs() == Fault.Needs.NETWORK && host(url) == null) {
                out.put(fault, "the URL has no single host that a proxy could stand before");
            }
        }
        return out;
    }

    @Override
    public String name() {
        return "The given store";
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String url(List<InetSocketAddress> through) {
        InetSocketAddress one = through.getFirst();
        Matcher parts = host;
        if (parts == null) {
            throw new IllegalStateException("No proxy can stand before this store.");
        }
        String user = parts.group(2);
        String rest = parts.group(5);
        return "%s://%s%s:%d%s"
                .formatted(
                        parts.group(1),
                        user == null ? "" : user,
                        one.getAddress().getHostAddress(),
                        one.getPort(),
                        rest == null ? "" : rest);
    }

    @Override
    public List<InetSocketAddress> addresses() {
        Matcher parts = host;
        if (parts == null) {
            return List.of();
        }
        String port = parts.group(4);
        int usual =
                switch (wire()) {
                    case POSTGRESQL -> 5432;
                    case REDIS -> 6379;
                    case ETCD -> 2379;
                    case OTHER -> 0;
                };
        return List.of(
                new InetSocketAddress(
                        parts.group(3), port == null ? usual : Integer.parseInt(port)));
    }

    @Override
    public Wire wire() {
        return host == null ? Wire.OTHER : wire(host.group(1));
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        return Optional.ofNullable(leftOut(url).get(fault));
    }

    @Override
    public void prepare(Fault fault) {
        throw new IllegalArgumentException(fault + " is not done to a store that is not ours");
    }

    @Override
    public void strike(Fault fault) {
        prepare(fault);
    }

    @Override
    public void heal(Fault fault) {
        prepare(fault);
    }

    @Override
    public void close() {}
}
