package dev.roster.sql.postgres;

import dev.roster.sql.shared.Listeners;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What notices about queues say: who sends it, and for each queue its partitions, or −1 when there
 * are too many to name. Hints, and whoever can connect to the database can send them.
 */
final class PostgresWakes {
    /** The server takes less than 8000 bytes. */
    private static final int PAYLOAD_BYTES = 7000;

    private static final int PARTITIONS = 500;

    private final String sender = UUID.randomUUID().toString();
    private final Listeners listeners;

    PostgresWakes(Listeners listeners) {
        this.listeners = listeners;
    }

    /** The channel of a schema's queues. */
    static String channel(PostgresSchema schema) {
        return PostgresNotice.channel(schema) + "_queue";
    }

    /** The notices that tell of partitions of queues. */
    List<String> payloads(Map<String, Set<Integer>> woken) {
        List<String> payloads = new ArrayList<>();
        StringBuilder payload = new StringBuilder(sender);
        int bytes = payload.length();
        for (Map.Entry<String, Set<Integer>> queue : woken.entrySet()) {
            String told =
                    queue.getValue().size() > PARTITIONS
                            ? String.valueOf(Listeners.ALL)
                            : queue.getValue().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(","));
            String line = "\n" + queue.getKey() + "\n" + told;
            int more = line.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + more > PAYLOAD_BYTES) {
                payloads.add(payload.toString());
                payload = new StringBuilder(sender);
                bytes = payload.length();
            }
            payload.append(line);
            bytes += more;
        }
        payloads.add(payload.toString());
        return payloads;
    }

    /** Tells the listeners what a notice of another process says. */
    void heard(String payload) {
        String[] lines = payload.split("\n", -1);
        if (lines[0].equals(sender)) {
            return;
        }
        Map<String, Set<Integer>> woken = new LinkedHashMap<>();
        for (int at = 1; at + 1 < lines.length; at += 2) {
            Set<Integer> partitions = woken.computeIfAbsent(lines[at], queue -> new TreeSet<>());
            for (String partition : lines[at + 1].split(",")) {
                try {
                    partitions.add(Math.max(Listeners.ALL, Integer.parseInt(partition)));
                } catch (NumberFormatException e) {
                    // Nothing of ours; looking does no harm.
                    partitions.add(Listeners.ALL);
                }
            }
        }
        woken.forEach(listeners::tell);
    }

    Listeners listeners() {
        return listeners;
    }
}
