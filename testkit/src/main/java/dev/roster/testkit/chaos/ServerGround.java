package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Weather;
import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server of the run's own, behind an address that stays the same when a copy takes over, as a
 * virtual address or a name does.
 */
final class ServerGround implements Ground {
    private final StoreKind kind;
    private final TcpProxy front;
    private Server server;

    /** The one that follows, and its way to the server; null while there is none. */
    private @Nullable Server copy;

    private @Nullable TcpProxy following;

    ServerGround(StoreKind kind, Server server) {
        this.kind = kind;
        this.server = server;
        this.front = TcpProxy.to(server.itself().address(), Wire.OTHER);
    }

    private TestServer itself() {
        return server.itself();
    }

    @Override
    public String name() {
        return itself().name();
    }

    @Override
    public String url() {
        return itself().url(front.address());
    }

    @Override
    public String url(List<InetSocketAddress> through) {
        return itself().url(through.getFirst());
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of(front.address());
    }

    @Override
    public Wire wire() {
        return kind.wire();
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        Optional<String> out = Optional.ofNullable(kind.leftOut().get(fault));
        return fault == Fault.STORE_FULL ? out.or(server::cannotBeFilled) : out;
    }

    @Override
    public void prepare(Fault fault) {
        switch (fault) {
            case RESTORE -> itself().backup();
            case FAILOVER -> {
                TcpProxy way = TcpProxy.to(itself().address(), Wire.OTHER);
                following = way;
                copy = server.copy(way.address());
                // What comes from here on it will never hear of.
                way.set(Weather.FAIR.withCut(true, true));
            }
            default -> {}
        }
    }

    @Override
    public void strike(Fault fault) {
        switch (fault) {
            case KILL_SERVER -> {
                itself().kill();
                itself().start();
            }
            case RESTART_SERVER -> {
                itself().stop();
                itself().start();
            }
            case FREEZE_SERVER -> itself().pause();
            case SERVER_DOWN -> itself().kill();
            case WIPE -> itself().wipe();
            case RESTORE -> itself().restore();
            case FAILOVER -> failOver();
            case CONNECTION_LIMIT -> server.refuseConnections();
            case STORE_FULL -> server.fill();
            default -> throw new IllegalArgumentException(fault + " is not known here");
        }
    }

    private void failOver() {
        Server next = copy;
        if (next == null) {
            throw new IllegalStateException("There is no copy: prepare comes first.");
        }
        Server former = server;
        former.itself().kill();
        next.promote();
        server = next;
        copy = null;
        front.turnTo(next.itself().address());
        endFollowing();
        former.itself().close();
    }

    private void endFollowing() {
        TcpProxy way = following;
        if (way != null) {
            following = null;
            way.close();
        }
    }

    @Override
    public void heal(Fault fault) {
        switch (fault) {
            case FREEZE_SERVER -> itself().resume();
            case SERVER_DOWN -> itself().start();
            case CONNECTION_LIMIT -> server.allowConnections();
            case STORE_FULL -> server.empty();
            default -> {}
        }
    }

    @Override
    public void close() {
        Server left = copy;
        if (left != null) {
            left.itself().close();
        }
        endFollowing();
        front.close();
        itself().close();
    }
}
