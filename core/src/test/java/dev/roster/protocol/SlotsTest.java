package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotsTest {
    @Test
    void newcomersComeAfterThoseWhoAreThere() {
        assertThat(Slots.next(List.of("b", "a"), List.of("a", "b", "c", "d")))
                .containsExactly("b", "a", "c", "d");
    }

    @Test
    void aHoleIsFilledFromTheTop() {
        assertThat(Slots.next(List.of("a", "b", "c", "d"), List.of("a", "c", "d")))
                .containsExactly("a", "d", "c");
    }

    @Test
    void aNewcomerTakesALeaversHole() {
        assertThat(Slots.next(List.of("a", "b", "c"), List.of("a", "c", "n")))
                .containsExactly("a", "n", "c");
    }

    @Test
    void anyChangeGivesDenseSlotsAndMovesNoMoreThanHaveLeft() {
        Random random = new Random(11);
        List<String> view = List.of();
        int names = 0;
        for (int round = 0; round < 5000; round++) {
            List<String> ranked = new ArrayList<>(view);
            ranked.removeIf(member -> random.nextInt(4) == 0);
            int leavers = view.size() - ranked.size();
            ranked.sort(null);
            for (int join = random.nextInt(3); join > 0; join--) {
                ranked.add("m" + names++);
            }
            List<String> next = Slots.next(view, ranked);
            assertThat(new TreeSet<>(next)).isEqualTo(new TreeSet<>(ranked));
            assertThat(next).hasSameSizeAs(ranked);
            int moved = 0;
            for (int slot = 0; slot < view.size(); slot++) {
                int now = next.indexOf(view.get(slot));
                moved += now >= 0 && now != slot ? 1 : 0;
            }
            assertThat(moved).isLessThanOrEqualTo(leavers);
            view = next;
        }
    }
}
