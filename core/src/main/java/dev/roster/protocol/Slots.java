package dev.roster.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the members of the next view. Who stays keeps the slot; newcomers take the holes that
 * leavers left; what is still a hole is filled from the top. So a leave of k members moves at most
 * k others, and a join moves none.
 */
final class Slots {
    private Slots() {}

    /**
     * The next view's members by slot.
     *
     * @param before the members of the view before, by slot
     * @param ranked the members of the next one, in order of rank
     */
    static List<String> next(List<String> before, List<String> ranked) {
        int count = ranked.size();
        TreeSet<String> staying = new TreeSet<>(ranked);
        @Nullable String[] slots = new @Nullable String[count];
        ArrayDeque<String> homeless = new ArrayDeque<>();
        List<String> fromTheTop = new ArrayList<>();
        for (int slot = 0; slot < before.size(); slot++) {
            String member = before.get(slot);
            if (!staying.remove(member)) {
                continue;
            }
            if (slot < count) {
                slots[slot] = member;
            } else {
                fromTheTop.addFirst(member);
            }
        }
        // Those that have to move come first, so that they move no further than they must.
        homeless.addAll(fromTheTop);
        for (String member : ranked) {
            if (staying.contains(member)) {
                homeless.add(member);
            }
        }
        for (int slot = 0; slot < count; slot++) {
            if (slots[slot] == null) {
                slots[slot] = homeless.removeFirst();
            }
        }
        List<String> next = new ArrayList<>(count);
        Arrays.stream(slots).forEach(member -> next.add(Objects.requireNonNull(member)));
        return next;
    }
}
