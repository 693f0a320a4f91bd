package dev.roster.jobs;

import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Knows the consumers of this process, so that what is submitted in it can begin at once. */
final class Handover {
    private static final Map<Store, Map<String, List<Pump>>> PUMPS = new WeakHashMap<>();

    private Handover() {}

    static synchronized void add(QueueOf queue, Pump pump) {
        PUMPS.computeIfAbsent(queue.store, unused -> new HashMap<>())
                .computeIfAbsent(queue.name, unused -> new ArrayList<>())
                .add(pump);
    }

    static synchronized void remove(QueueOf queue, Pump pump) {
        List<Pump> pumps = PUMPS.getOrDefault(queue.store, Map.of()).get(queue.name);
        if (pumps != null) {
            pumps.remove(pump);
        }
    }

    static synchronized List<Pump> to(QueueOf queue) {
        return List.copyOf(
                PUMPS.getOrDefault(queue.store, Map.of()).getOrDefault(queue.name, List.of()));
    }
}
