package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Limits;
import dev.roster.store.Utf8Order;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final List<String> NAMES =
            List.of(
                    "a", "ab", "a/b", "a/", "/a", "/", "%", "%2F", "a%2Fb", "%25", "m", "era",
                    "d/x/k");

    @Test
    void noNameReachesIntoAnothersRecords() {
        for (String one : NAMES) {
            for (String other : NAMES) {
                boolean reaches =
                        new Layout(other).prefix().startsWith(new Layout(one).prefix())
                                || new Layout(other).beats().startsWith(new Layout(one).beats());
                assertThat(reaches).as("%s of %s", other, one).isEqualTo(one.equals(other));
                Layout group = new Layout("g");
                assertThat(group.division(other).prefix().startsWith(group.division(one).prefix()))
                        .isEqualTo(one.equals(other));
            }
        }
    }

    @Test
    void namesAreFoundAgainInStoreKeys() {
        for (String name : NAMES) {
            Layout layout = new Layout(name);
            assertThat(Layout.groupOf(layout.member("x/y~1"))).isEqualTo(name);
            assertThat(layout.divisionOf(layout.division(name).key("k/l"))).isEqualTo(name);
        }
    }

    @Test
    void keysSortAsTheyAre() {
        Layout.Division division = new Layout("g").division("d");
        List<String> stored = new ArrayList<>();
        List<String> plain = new ArrayList<>(NAMES);
        plain.sort(Utf8Order.COMPARATOR);
        plain.forEach(key -> stored.add(division.key(key)));
        assertThat(stored).isSortedAccordingTo(Utf8Order.COMPARATOR);
    }

    @Test
    void theLongestNamesFitIntoAStoreKey() {
        String name = "/".repeat(Limits.NAME_BYTES);
        String key = "k".repeat(Limits.KEY_BYTES);
        Layout layout = new Layout(name);
        assertThat(Limits.checkedStoreKey(layout.division(name).owner(key))).isNotEmpty();
        assertThat(
                        Limits.checkedStoreKey(
                                layout.division(name).participant(name + "~1y2p0ij32e8e7")))
                .isNotEmpty();
    }
}
