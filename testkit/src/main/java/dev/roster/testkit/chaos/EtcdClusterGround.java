package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.EtcdServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three servers of etcd, which members know all of, each by way of a proxy. What is done to the
 * server is done to the one that leads, and the others elect another.
 */
final class EtcdClusterGround implements Ground {
    private static final int SERVERS = 3;

    private final EtcdPeers peers = new EtcdPeers(SERVERS);
    private final EtcdServer server = new EtcdServer(SERVERS, false, peers, Etcd.QUOTA);

    /** To which one something was done that lasts. */
    private int victim = -1;

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public String url(List<InetSocketAddress> through) {
        return "etcd://"
                + through.stream()
                        .map(one -> one.getAddress().getHostAddress() + ":" + one.getPort())
                        .collect(Collectors.joining(","));
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return IntStream.range(0, server.size()).mapToObj(server::address).toList();
    }

    @Override
    public Wire wire() {
        return Wire.ETCD;
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        return Optional.ofNullable(StoreKind.ETCD_CLUSTER.leftOut().get(fault));
    }

    @Override
    public void prepare(Fault fault) {
        if (fault == Fault.RESTORE) {
            server.backup();
        }
    }

    @Override
    public void strike(Fault fault) {
        switch (fault) {
            case KILL_SERVER -> {
                int leader = server.leader();
                server.kill(leader);
                server.start(leader);
            }
            case RESTART_SERVER -> {
                for (int node = 0; node < server.size(); node++) {
                    server.stop(node);
                    server.start(node);
                }
            }
            case FREEZE_SERVER -> {
                victim = server.leader();
                server.pause(victim);
            }
            case SERVER_CUT_OFF -> {
                victim = server.leader();
                peers.cutOff(victim);
                Waiting.until("the others elect another", this::anotherLeads);
            }
            case SERVER_DOWN -> server.kill();
            case WIPE -> server.wipe();
            case RESTORE -> server.restore();
            case STORE_FULL -> server.fill();
            default -> throw new IllegalArgumentException(fault + " is not known here");
        }
    }

    private boolean anotherLeads() {
        try {
            return server.leader() != victim;
        } catch (IllegalStateException e) {
            return false; // there is none for a moment
        }
    }

    @Override
    public void heal(Fault fault) {
        switch (fault) {
            case FREEZE_SERVER -> server.resume(victim);
            case SERVER_CUT_OFF -> peers.join(victim);
            case SERVER_DOWN -> server.start();
            case STORE_FULL -> server.empty();
            default -> {}
        }
    }

    @Override
    public void close() {
        server.close();
        peers.close();
    }
}
