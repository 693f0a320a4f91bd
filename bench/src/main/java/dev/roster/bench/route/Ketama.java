package dev.roster.bench.route;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaNodeLocator;
import net.spy.memcached.MemcachedNode;

/** The ketama ring of spymemcached, 160 points a node, without any connection. */
final class Ketama {
    private Ketama() {}

    static KetamaNodeLocator ring(int members) {
        List<MemcachedNode> nodes = new ArrayList<>();
        for (int m = 0; m < members; m++) {
            nodes.add(node(InetSocketAddress.createUnresolved("member-" + m, 11211)));
        }
        return new KetamaNodeLocator(nodes, DefaultHashAlgorithm.KETAMA_HASH);
    }

    /** The ring asks a node for its address only. */
    private static MemcachedNode node(InetSocketAddress address) {
        return (MemcachedNode)
                Proxy.newProxyInstance(
                        Ketama.class.getClassLoader(),
                        new Class<?>[] {MemcachedNode.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getSocketAddress" -> address;
                                    case "hashCode" -> address.hashCode();
                                    case "equals" -> arguments[0].hashCode() == address.hashCode();
                                    case "toString" -> address.toString();
                                    default -> throw new UnsupportedOperationException();
                                });
    }
}
