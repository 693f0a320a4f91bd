package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server of our own, which knows how to be killed, stopped, wiped and put back. */
class ServerGround implements Ground {
    private final TestServer server;
    private final Wire wire;
    private final Map<Fault, String> leftOut;

    /** {@code leftOut}: which faults there are not, and why. */
    ServerGround(TestServer server, Wire wire, Map<Fault, String> leftOut) {
        this.server = server;
        this.wire = wire;
        this.leftOut = Map.copyOf(leftOut);
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public String url(InetSocketAddress through) {
        return server.url(through);
    }

    @Override
    public @Nullable InetSocketAddress address() {
        return server.address();
    }

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        return Optional.ofNullable(leftOut.get(fault));
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
                server.kill();
                server.start();
            }
            case RESTART_SERVER -> {
                server.stop();
                server.start();
            }
            case FREEZE_SERVER -> server.pause();
            case SERVER_DOWN -> server.kill();
            case WIPE -> server.wipe();
            case RESTORE -> server.restore();
            default -> throw new IllegalArgumentException(fault + " is not known here");
        }
    }

    @Override
    public void heal(Fault fault) {
        switch (fault) {
            case FREEZE_SERVER -> server.resume();
            case SERVER_DOWN -> server.start();
            default -> {}
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
