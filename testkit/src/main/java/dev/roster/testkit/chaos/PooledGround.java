package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.PgBouncer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL that members reach by way of PgBouncer in transaction mode, so that no session is
 * theirs for longer than a transaction. What is done to the server is done behind the pooler; what
 * is done to the network, before it. Those to whom nothing is done reach the server itself.
 */
final class PooledGround implements Ground {
    /** Fewer than the members have connections. */
    private static final int SESSIONS = 8;

    private final ServerGround server;
    private final PgBouncer pooler;

    private PooledGround(ServerGround server, PgBouncer pooler) {
        this.server = server;
        this.pooler = pooler;
    }

    static PooledGround open() {
        Postgres postgres = new Postgres();
        ServerGround server = new ServerGround(StoreKind.PGBOUNCER, postgres);
        try {
            return new PooledGround(
                    server, postgres.pooler(server.addresses().getFirst(), SESSIONS));
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return server.name() + " behind PgBouncer";
    }

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public String url(List<InetSocketAddress> through) {
        return server.url(through);
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of(pooler.address());
    }

    @Override
    public Wire wire() {
        return server.wire();
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        return server.leftOut(fault);
    }

    @Override
    public void prepare(Fault fault) {
        server.prepare(fault);
    }

    @Override
    public void strike(Fault fault) {
        server.strike(fault);
    }

    @Override
    public void heal(Fault fault) {
        server.heal(fault);
    }

    @Override
    public void close() {
        pooler.close();
        server.close();
    }
}
