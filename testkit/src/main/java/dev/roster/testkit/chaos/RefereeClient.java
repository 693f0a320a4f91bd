package dev.roster.testkit.chaos;

import dev.roster.division.Ownership;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A member's way to the referee. No fault is on it. Safe for use by many threads; a thread that is
 * interrupted gets its answer all the same.
 */
final class RefereeClient implements AutoCloseable {
    private final Socket socket;
    private final Writer out;
    private final BufferedReader in;

    /** Interrupting a virtual thread that reads from a socket would close it. */
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("referee").factory());

    RefereeClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
        in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Has an effect under the ownership's token; returns whether it was accepted. */
    boolean effect(String division, Ownership work, String incarnation) {
        return effect(division, work.key(), work.token(), incarnation);
    }

    /** As above, for a token. */
    boolean effect(String division, String key, long token, String incarnation) {
        String line = "%s\t%s\t%s\t%d\n".formatted(incarnation, division, key, token);
        return CompletableFuture.supplyAsync(() -> ask(line), thread).join();
    }

    private boolean ask(String line) {
        try {
            out.write(line);
            out.flush();
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("the referee is gone");
            }
            return answer.equals(ChaosReferee.ACCEPTED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        socket.close();
    }
}
