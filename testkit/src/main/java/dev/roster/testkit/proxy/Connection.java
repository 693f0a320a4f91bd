package dev.roster.testkit.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection that passes through the proxy: in each direction a reader and a writer. */
final class Connection {
    private static final int PIECE_BYTES = 16 * 1024;

    /** Pieces on their way in one direction: 16 MiB, after which the sender has to wait. */
    private static final int MOST_PIECES = 1024;

    private static final long LOOK_MILLIS = 2;

    /** Bytes on their way. */
    private static final class Piece {
        /** After it nothing more comes. */
        static final Piece LAST = new Piece(new byte[0], 0);

        final byte[] bytes;
        final long dueNanos;

        Piece(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }

        boolean isLast() {
            return bytes.length == 0;
        }
    }

    private final TcpProxy proxy;
    private final Socket client;
    private final Socket upstream;
    private final Notices notices;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean tears;
    private volatile boolean torn;
    private volatile boolean swallows;
    private volatile boolean swallowed;
    private volatile long swallowMillis;
    private final AtomicInteger ended = new AtomicInteger();

    Connection(TcpProxy proxy, Socket client, Socket upstream, Notices notices) {
        this.proxy = proxy;
        this.client = client;
        this.upstream = upstream;
        this.notices = notices;
    }

    void start() {
        pass(client, upstream, true);
        pass(upstream, client, false);
    }

    private void pass(Socket from, Socket to, boolean requests) {
        BlockingQueue<Piece> way = new ArrayBlockingQueue<>(MOST_PIECES);
        Thread.ofVirtual().start(() -> read(from, way));
        Thread.ofVirtual().start(() -> write(to, way, requests));
    }

    private void read(Socket from, BlockingQueue<Piece> way) {
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                long due = System.nanoTime() + proxy.weather().delay().toNanos();
                way.put(new Piece(Arrays.copyOf(buffer, read), due));
            }
            way.put(Piece.LAST);
        } catch (IOException e) {
            reset();
            way.clear();
            way.add(Piece.LAST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Socket to, BlockingQueue<Piece> way, boolean requests) {
        try {
            OutputStream out = to.getOutputStream();
            for (Piece piece = way.take(); !over.get(); piece = way.take()) {
                awaitPassage(piece, requests);
                if (piece.isLast()) {
                    to.shutdownOutput();
                    if (ended.incrementAndGet() == 2) {
                        reset();
                    }
                    return;
                }
                byte[] bytes = filtered(piece.bytes, requests);
                if (bytes.length > 0) {
                    write(bytes, out, requests);
                }
            }
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitPassage(Piece piece, boolean requests) throws InterruptedException {
        long left = piece.dueNanos - System.nanoTime();
        while (!piece.isLast() && left > 0 && !over.get()) {
            Thread.sleep(Math.min(50, left / 1_000_000 + 1));
            left = piece.dueNanos - System.nanoTime();
        }
        while (isCut(requests) && !over.get()) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private boolean isCut(boolean requests) {
        Weather now = proxy.weather();
        return requests ? now.requestsCut() : now.repliesCut();
    }

    private byte[] filtered(byte[] bytes, boolean requests) {
        if (requests) {
            notices.sent(bytes);
            return bytes;
        }
        return notices.received(bytes, proxy.weather().withoutNotices());
    }

    private void write(byte[] bytes, OutputStream out, boolean requests) throws IOException {
        if (swallows && !requests) {
            swallowed = true;
            return;
        }
        if (tears && bytes.length > 1) {
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            torn = true;
            reset();
            return;
        }
        out.write(bytes);
        out.flush();
        if (swallows) {
            closeLater();
        }
    }

    private void closeLater() {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        Thread.sleep(swallowMillis);
                        reset();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    void tear() {
        tears = true;
    }

    void swallow(long millis) {
        swallowMillis = millis;
        swallows = true;
    }

    boolean isTorn() {
        return torn;
    }

    boolean hasSwallowed() {
        return swallowed;
    }

    long droppedNotices() {
        return notices.dropped();
    }

    /** Ends both sides at once, with a reset. */
    void reset() {
        if (over.compareAndSet(false, true)) {
            proxy.ended(this);
            close(client);
            close(upstream);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }
}
