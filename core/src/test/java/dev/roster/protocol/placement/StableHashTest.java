package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StableHashTest {

    @Test
    void numbers_hash_to_the_published_output_of_split_mix_64() {
        assertThat(StableHash.of(0, 0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(StableHash.of(1, 0)).isEqualTo(0x6E789E6AA1B965F4L);
        assertThat(StableHash.of(2, 0)).isEqualTo(0x06C45D188009454FL);
    }

    @Test
    void hashes_never_change() {
        assertThat(StableHash.mix(1)).isEqualTo(0x5692161D100B05E5L);
        assertThat(StableHash.of(1, 2)).isEqualTo(-4627371582388691390L);
        assertThat(StableHash.of("member-1", 0)).isEqualTo(3939843098406912416L);
        assertThat(StableHash.of("größer \uD83D\uDE00", 7)).isEqualTo(6789251382648646511L);
    }

    @Test
    void every_input_bit_changes_about_half_of_the_output_bits() {
        for (int bit = 0; bit < Long.SIZE; bit++) {
            int changed = 0;
            for (int value = 0; value < 256; value++) {
                changed +=
                        Long.bitCount(
                                StableHash.of(value, 0) ^ StableHash.of(value ^ (1L << bit), 0));
            }
            assertThat(changed / 256).as("bit %d", bit).isBetween(28, 36);
        }
    }

    @Test
    void the_same_text_in_two_spaces_has_unrelated_hashes() {
        assertThat(StableHash.of("a", 1) ^ StableHash.of("a", 2))
                .isNotEqualTo(StableHash.of("b", 1) ^ StableHash.of("b", 2));
    }
}
