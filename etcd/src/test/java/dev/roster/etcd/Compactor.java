package dev.roster.etcd;

import dev.roster.testkit.server.EtcdServer;

/** An outsider who compacts an etcd again and again. */
final class Compactor implements AutoCloseable {
    private final EtcdServer server;
    private final Thread thread;
    private volatile boolean closed;

    Compactor(EtcdServer server) {
        this.server = server;
        this.thread = new Thread(this::run, "compactor");
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                server.compact();
                Thread.sleep(100);
            } catch (IllegalStateException e) {
                // Nothing new since the last time.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
