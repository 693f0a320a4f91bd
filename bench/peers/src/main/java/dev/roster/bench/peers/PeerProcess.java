package dev.roster.bench.peers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One process of a peer. Reads {@code join NAME} and {@code leave}; ends when its input does. */
public final class PeerProcess {
    private PeerProcess() {}

    /** With the peer's name and what that needs. */
    public static void main(String[] args) throws Exception {
        List<String> settings = List.of(args).subList(1, args.length);
        Peer peer =
                switch (args[0]) {
                    case "hazelcast" -> new HazelcastPeer(settings);
                    case "kafka" -> new KafkaPeer(settings);
                    case "helix" -> new HelixPeer(settings);
                    default -> throw new IllegalArgumentException(args[0]);
                };
        obey(peer, new Claims());
        // Some of them leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    private static void obey(Peer peer, Claims claims) throws Exception {
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Claims.print("ready");
        String line = commands.readLine();
        while (line != null) {
            if (line.equals("leave")) {
                Claims.print("leaving " + System.nanoTime());
                peer.leave();
                claims.ownNothing();
                Claims.print("left " + System.nanoTime());
            } else if (line.startsWith("join ")) {
                Claims.print("joining " + System.nanoTime());
                peer.join(line.substring("join ".length()), claims);
                Claims.print("joined " + System.nanoTime());
            }
            line = commands.readLine();
        }
    }
}
