package dev.roster.etcd;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the Netty inside gRPC from what newer JDKs warn of on the standard error: memory access
 * that is deprecated, and native libraries, which one connection does not need. The settings reach
 * no other Netty, and one that somebody has made stays.
 */
final class QuietNetty {
    private static final String NETTY = "io.grpc.netty.shaded.io.netty.";
    private static final int WARNS_SINCE = 24;

    /** Tells at each start, on the standard error, whether there is a native library. */
    private static final Logger METRICS =
            Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.TcpMetrics");

    private QuietNetty() {}

    /** To be called before the first class of Netty's is used. */
    static void prepare() {
        if (METRICS.getLevel() == null) {
            METRICS.setLevel(Level.WARNING);
        }
        if (Runtime.version().feature() >= WARNS_SINCE) {
            setIfAbsent(NETTY + "noUnsafe");
            setIfAbsent(NETTY + "transport.noNative");
        }
    }

    private static void setIfAbsent(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
