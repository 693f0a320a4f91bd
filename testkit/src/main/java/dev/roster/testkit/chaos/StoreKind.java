package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** A kind of store that a run starts by itself, and the faults that it has not. */
enum StoreKind {
    SQLITE(Wire.OTHER),
    POSTGRESQL(Wire.POSTGRESQL),
    /** PostgreSQL by way of PgBouncer in transaction mode. */
    PGBOUNCER(Wire.POSTGRESQL),
    REDIS(Wire.REDIS),
    ETCD(Wire.ETCD),
    /** Three servers of etcd. */
    ETCD_CLUSTER(Wire.ETCD);

    private static final String ALONE = "there is one server that takes writes";

    private final Wire wire;

    StoreKind(Wire wire) {
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    /** As on the command line. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The faults that there are not, and why. */
    Map<Fault, String> leftOut() {
        Map<Fault, String> out = new EnumMap<>(Fault.class);
        switch (this) {
            case SQLITE -> {
                for (Fault fault : Fault.values()) {
                    if (fault.needs() == Fault.Needs.NETWORK) {
                        out.put(fault, "a file: there is no network");
                    }
                }
                String server = "a file: there is no server";
                out.put(Fault.KILL_SERVER, server);
                out.put(Fault.RESTART_SERVER, server);
                out.put(Fault.FREEZE_SERVER, server);
                out.put(Fault.SERVER_DOWN, server);
                out.put(Fault.SERVER_CUT_OFF, server);
                out.put(Fault.FAILOVER, server);
                out.put(Fault.CONNECTION_LIMIT, server);
                out.put(Fault.WIPE, "a deleted file is not written by those who had it");
            }
            case POSTGRESQL -> leftOutByPostgres(out);
            case PGBOUNCER -> {
                leftOutByPostgres(out);
                out.put(
                        Fault.NO_NOTICES,
                        "there are none: behind a transaction pooler members ask");
                out.put(Fault.CONNECTION_LIMIT, "the pooler keeps the sessions that it has");
            }
            case ETCD, ETCD_CLUSTER -> {
                if (this == ETCD) {
                    out.put(Fault.SERVER_CUT_OFF, ALONE);
                }
                out.put(
                        Fault.FAILOVER,
                        "a majority has every commit: no copy that lacks one leads");
                out.put(Fault.CONNECTION_LIMIT, "etcd has no limit of connections");
                out.put(Fault.STORE_LOCKED, "etcd has no locks of others");
            }
            case REDIS -> {
                out.put(Fault.SERVER_CUT_OFF, ALONE);
                out.put(Fault.STORE_LOCKED, "Redis has no locks of others");
            }
        }
        return out;
    }

    private static void leftOutByPostgres(Map<Fault, String> out) {
        out.put(Fault.SERVER_CUT_OFF, ALONE);
        out.put(Fault.STORE_LOCKED, "DELAY_2_S and FREEZE_SERVER are the same to members");
    }
}
