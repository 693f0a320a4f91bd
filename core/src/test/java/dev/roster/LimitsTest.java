package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void limitsCountBytesAndHoldAtTheEdge() {
        assertThat(Limits.checkedName("name", "é".repeat(100))).hasSize(100);
        assertThatThrownBy(() -> Limits.checkedName("group name", "é".repeat(100) + "x"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("group name")
                .hasMessageContaining("201 bytes")
                .hasMessageContaining("limit is 1 to 200");
        assertThat(Limits.checkedKey("k".repeat(512))).hasSize(512);
        assertThatThrownBy(() -> Limits.checkedKey("")).hasMessageContaining("0 bytes");
    }

    @Test
    void aHugeNameIsNotRepeatedInFull() {
        assertThatThrownBy(() -> Limits.checkedKey("k".repeat(10_000_000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(300));
    }

    @Test
    void whatCannotBeShownIsShownAsItsNumber() {
        assertThatThrownBy(() -> Limits.checkedName("name", "a\u001b[31m"))
                .hasMessageContaining("U+001B")
                .hasMessageContaining("index 1")
                .hasMessageNotContaining("\u001b");
        assertThat(Limits.quoted("\uD83D\uDE80")).doesNotContain("?");
    }

    @Test
    void textThatIsNotNormalOrNotUnicodeIsRefused() {
        assertThatThrownBy(() -> Limits.checkedName("name", "e\u0301"))
                .hasMessageContaining("normal form C");
        for (String broken : new String[] {"\uD83D", "\uDE80\uD83D", "x\uD83Dy"}) {
            assertThatThrownBy(() -> Limits.checkedName("name", broken))
                    .isInstanceOf(InvalidInputException.class);
        }
    }
}
