package dev.roster.testkit.chaos;

import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import dev.roster.testkit.witness.HistoryFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The guarded resource, in a process of its own to which nothing is done: remembers the largest
 * token of each key and accepts no effect under a smaller one. What it accepts and what it refuses
 * it writes down, one after the other. Ends when its standard input does.
 */
public final class ChaosReferee {
    static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    private final HistoryFile history;
    private final Map<Work, Long> largest = new HashMap<>();

    private ChaosReferee(HistoryFile history) {
        this.history = history;
    }

    /** Argument: history file. Prints its port. */
    public static void main(String[] args) throws IOException {
        ChaosReferee referee = new ChaosReferee(new HistoryFile(Path.of(args[0])));
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> referee.serve(server));
        System.out.println(server.getLocalPort());
        System.out.flush();
        while (System.in.read() >= 0) {
            // Nothing is said; the end is what is waited for.
        }
        System.exit(0);
    }

    private void serve(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                System.out.println("no connection: " + e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8));
                Writer out =
                        new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8)) {
            socket.setTcpNoDelay(true);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split("\t", -1);
                boolean accepted =
                        apply(parts[0], new Work(parts[1], parts[2]), Long.parseLong(parts[3]));
                out.write((accepted ? ACCEPTED : REFUSED) + "\n");
                out.flush();
            }
        } catch (IOException e) {
            // The member is gone.
        }
    }

    /** One at a time: what is written down is in the order in which it took effect. */
    private synchronized boolean apply(String member, Work work, long token) {
        long now = System.nanoTime();
        boolean accepted = token >= largest.getOrDefault(work, 0L);
        if (accepted) {
            largest.put(work, token);
            history.write(
                    new Observation.EffectAccepted(
                            now, member, work.division(), work.key(), token, false));
        } else {
            history.write(
                    new Observation.EffectRefused(
                            now, member, work.division(), work.key(), token, false));
        }
        return accepted;
    }
}
