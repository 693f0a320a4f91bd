package dev.roster.redis;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import dev.roster.store.Durability.Loss;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself, and what follows from it.
 *
 * @param values of INFO
 * @param fsync CONFIG's appendfsync, or null if that is not to be had
 */
record ServerInfo(Map<String, String> values, @Nullable String fsync) {
    private static final int MAJOR = 6;
    private static final int MINOR = 2;

    static ServerInfo of(String info, @Nullable String fsync) {
        Map<String, String> values = new TreeMap<>();
        for (String line : info.split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                values.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return new ServerInfo(values, fsync);
    }

    String value(String name) {
        return values.getOrDefault(name, "");
    }

    boolean isMaster() {
        return value("role").equals("master");
    }

    boolean isCluster() {
        return value("cluster_enabled").equals("1");
    }

    /** Whether keys may vanish by themselves when memory is short. */
    boolean isEvicting() {
        return !value("maxmemory").isEmpty()
                && !value("maxmemory").equals("0")
                && !value("maxmemory_policy").equals("noeviction");
    }

    boolean hasReplicas() {
        return !value("connected_slaves").isEmpty() && !value("connected_slaves").equals("0");
    }

    private boolean isAof() {
        return value("aof_enabled").equals("1");
    }

    /** Throws if this server cannot be used as it is. */
    void require(RedisUrl url, RedisUrl.Address address) {
        if (isOld()) {
            throw new StoreRefusedException(
                    "Redis at %s has version %s; Roster needs %d.%d or newer."
                            .formatted(address, value("redis_version"), MAJOR, MINOR));
        }
        if (value("loading").equals("1")) {
            throw new StoreUnavailableException(
                    "Redis at %s is loading its data: it will be ready in a while."
                            .formatted(address));
        }
        if (!isMaster() && !isCluster()) {
            throw new StoreUnavailableException(
                    "Redis at %s is a replica of %s:%s: name the server that takes writes."
                            .formatted(address, value("master_host"), value("master_port")));
        }
        if (isEvicting()) {
            throw new StoreRefusedException(
                    "Redis at %s deletes keys when memory is short (maxmemory %s, maxmemory-policy %s): set maxmemory-policy to noeviction."
                            .formatted(address, value("maxmemory"), value("maxmemory_policy")));
        }
        boolean failsOver = isCluster() || url.kind() == RedisUrl.Kind.SENTINEL;
        if (failsOver && !url.acceptFailoverLoss()) {
            throw new StoreRefusedException(
                    "Redis at %s is part of a %s, where a failover can lose the last commits that were acknowledged: add acceptFailoverLoss=true to the store URL if that may be."
                            .formatted(
                                    address,
                                    isCluster() ? "cluster" : "group that Sentinel guards"));
        }
        if (isCluster() && url.database() != 0) {
            throw new StoreRefusedException(
                    "A Redis cluster has the database 0 alone, and the store URL names %d."
                            .formatted(url.database()));
        }
    }

    private boolean isOld() {
        String[] parts = value("redis_version").split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            return major < MAJOR
                    || (major == MAJOR && parts.length > 1 && Integer.parseInt(parts[1]) < MINOR);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** What commits survive here. */
    Durability durability(RedisUrl url) {
        boolean failsOver = hasReplicas() || isCluster() || url.kind() == RedisUrl.Kind.SENTINEL;
        Loss failover = failsOver ? Loss.LAST_COMMITS : Loss.NEVER_HAPPENS;
        String also = failsOver ? ", and replication is asynchronous" : "";
        if (!isAof()) {
            return new Durability(
                    Loss.EVERYTHING,
                    Loss.EVERYTHING,
                    failover,
                    "appendonly is off: a restart brings back the last snapshot, if there is one"
                            + also);
        }
        if (fsync == null) {
            return new Durability(
                    Loss.UNKNOWN,
                    Loss.UNKNOWN,
                    failover,
                    "appendonly is on, and this user may not read appendfsync" + also);
        }
        Loss loss = fsync.equals("always") ? Loss.NOTHING : Loss.LAST_COMMITS;
        return new Durability(
                loss, loss, failover, "appendonly is on, appendfsync is " + fsync + also);
    }
}
