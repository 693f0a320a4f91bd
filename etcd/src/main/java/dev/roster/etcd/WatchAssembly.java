package dev.roster.etcd;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts together what etcd sends in fragments, so that no commit is told in parts. For one thread.
 */
final class WatchAssembly {
    private final List<WatchAnswer.Event> held = new ArrayList<>();

    /** The events of whole commits, in order; of the last one only if nothing of it is to come. */
    List<WatchAnswer.Event> add(WatchAnswer answer) {
        held.addAll(answer.events());
        if (!answer.fragment()) {
            List<WatchAnswer.Event> all = List.copyOf(held);
            held.clear();
            return all;
        }
        int end = held.size();
        while (end > 0 && revision(end - 1) == revision(held.size() - 1)) {
            end--;
        }
        List<WatchAnswer.Event> whole = List.copyOf(held.subList(0, end));
        held.subList(0, end).clear();
        return whole;
    }

    private long revision(int at) {
        return held.get(at).entry().modified();
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    void clear() {
        held.clear();
    }
}
