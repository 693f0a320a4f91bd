package dev.roster.testkit.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which stores a run can be on. */
final class Grounds {
    private Grounds() {}

    /** The kind of store that a name names. */
    private static StoreKind kind(String store) {
        List<String> known = new ArrayList<>();
        for (StoreKind kind : StoreKind.values()) {
            known.add(kind.id());
            if (kind.id().equals(store)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "No store is known as %s. Give one of %s, or the URL of a store that is there."
                        .formatted(store, known));
    }

    private static boolean isUrl(String store) {
        return store.indexOf(':') > 0;
    }

    /** The faults that a store has not, and why. */
    static Map<Fault, String> leftOut(String store) {
        return isUrl(store) ? GivenGround.leftOut(store) : kind(store).leftOut();
    }

    /** Starts a store of the run's own, or goes to one that is there. */
    static Ground open(ChaosOptions options) {
        if (isUrl(options.store())) {
            return new GivenGround(options.store());
        }
        return switch (kind(options.store())) {
            case SQLITE -> new SqliteGround(options.folder().resolve("store"));
            case POSTGRESQL -> new ServerGround(StoreKind.POSTGRESQL, new Postgres());
            case PGBOUNCER -> PooledGround.open();
            case REDIS -> new ServerGround(StoreKind.REDIS, new Redis());
            case ETCD -> new ServerGround(StoreKind.ETCD, new Etcd());
            case ETCD_CLUSTER -> new EtcdClusterGround();
        };
    }
}
