package dev.roster.bench.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who had which key when, from what all members printed. */
final class Ledger {
    private final Map<String, List<Tenure>> byKey = new TreeMap<>();
    private final List<Long> interruptions = new ArrayList<>();
    private final List<Long> stale = new ArrayList<>();
    private long lastChange = System.nanoTime();
    private final List<String> problems = new ArrayList<>();

    synchronized void started(String member, String key, long at) {
        lastChange = System.nanoTime();
        byKey.computeIfAbsent(key, unused -> new ArrayList<>()).add(Tenure.begun(key, member, at));
    }

    synchronized void ended(String member, String key, long at, boolean cleanly) {
        List<Tenure> tenures = byKey.getOrDefault(key, List.of());
        for (int t = 0; t < tenures.size(); t++) {
            Tenure tenure = tenures.get(t);
            if (tenure.isOpen() && tenure.member().equals(member)) {
                tenures.set(t, tenure.ended(at, cleanly));
            }
        }
    }

    /** The member's process is gone. */
    synchronized void died(String member, long at) {
        List.copyOf(byKey.keySet()).forEach(key -> ended(member, key, at, false));
    }

    /** When a key last found an owner. */
    synchronized long lastChange() {
        return lastChange;
    }

    /** A member that was frozen believed for so long, once it went on, that it owned something. */
    synchronized void stale(long nanos) {
        stale.add(nanos);
    }

    synchronized List<Long> stale() {
        return List.copyOf(stale);
    }

    /** A member could not act for so long. */
    synchronized void interrupted(long nanos) {
        interruptions.add(nanos);
    }

    synchronized List<Long> interruptions() {
        return List.copyOf(interruptions);
    }

    synchronized void problem(String text) {
        problems.add(text);
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    /** Each key's owner among those members; a key that two of them have, or none, is left out. */
    synchronized Map<String, String> owners(List<String> among) {
        Map<String, String> owners = new TreeMap<>();
        byKey.forEach((key, tenures) -> {
            List<Tenure> open =
                    tenures.stream()
                            .filter(one -> one.isOpen() && among.contains(one.member()))
                            .toList();
            if (open.size() == 1) {
                owners.put(key, open.getFirst().member());
            }
        });
        return owners;
    }

    /** What began at or after that time. */
    synchronized List<Tenure> since(long nanos) {
        return byKey.values().stream()
                .flatMap(List::stream)
                .filter(one -> one.start() >= nanos)
                .toList();
    }

    /** When the key was last given up, confirmed, before another member's start. */
    synchronized List<Long> gapBefore(Tenure tenure) {
        return byKey.getOrDefault(tenure.key(), List.of()).stream()
                .filter(one -> one.confirmed() && one.start() < tenure.start())
                .max(Comparator.comparingLong(Tenure::start))
                .map(one -> tenure.start() - one.end())
                .stream()
                .toList();
    }

    /** For how long keys had two owners at once, each time that they had. */
    synchronized List<Long> overlaps() {
        List<Long> overlaps = new ArrayList<>();
        for (List<Tenure> tenures : byKey.values()) {
            List<Tenure> ordered = new ArrayList<>(tenures);
            ordered.sort(Comparator.comparingLong(Tenure::start));
            long busyUntil = Long.MIN_VALUE;
            for (Tenure tenure : ordered) {
                if (tenure.start() < busyUntil) {
                    long both = Math.min(busyUntil, tenure.end());
                    long until = both == Tenure.OPEN ? System.nanoTime() : both;
                    overlaps.add(until - tenure.start());
                }
                busyUntil = Math.max(busyUntil, tenure.end());
            }
        }
        return overlaps;
    }
}
