package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors were computed by another program, in another language. They never change. */
final class KeyHashTest {
    @ParameterizedTest
    @CsvSource({
        "'', F52A15E9A9B5E89B, 957, 2166136261",
        "1, 4687CD939ADEAFDF, 275, 873244444",
        "hextech, 8E744CC1A51EBF9E, 556, 3513945414",
        "user/42, 13A5A03EBD0B0A71, 76, 670346113",
        "feed/0017, 52E923967B1E2C7E, 323, 2079234734",
        "Grüße, 70C707DA262A6E9B, 440, 3089264184",
        "日本語, 77E327B1B6755706, 468, 2153733351",
        "🎲 dice, 526A64C4859258ED, 321, 3940909915",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, C0EC7C7004E81535, 753, 3647934341",
    })
    void is_what_is_published(String key, String hash, int ofThousand, long fnv32) {
        assertThat(KeyHash.FNV64_MIX13.hash(key)).isEqualTo(Long.parseUnsignedLong(hash, 16));
        assertThat(KeyHash.FNV64_MIX13.partition(key, 1000)).isEqualTo(ofThousand);
        assertThat(KeyHash.FNV32.hash(key)).isEqualTo(fnv32);
        assertThat(KeyHash.FNV32.partition(key, 1000)).isEqualTo((int) (fnv32 % 1000));
    }

    @Test
    void goes_by_the_bytes_of_the_key_whatever_characters_it_has() {
        Random random = new Random(4);
        for (int n = 0; n < 2000; n++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                // Halves of surrogate pairs, too.
                int most = random.nextBoolean() ? 0x80 : 0x110000;
                text.appendCodePoint(random.nextInt(most));
            }
            String key = text.toString();
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            int fnv = 0x811C9DC5;
            for (byte one : bytes) {
                fnv = (fnv ^ (one & 0xFF)) * 0x01000193;
            }
            assertThat(KeyHash.FNV32.hash(key)).as(key).isEqualTo(Integer.toUnsignedLong(fnv));
            String ofBytes = new String(bytes, StandardCharsets.UTF_8);
            assertThat(KeyHash.FNV64_MIX13.hash(key)).isEqualTo(KeyHash.FNV64_MIX13.hash(ofBytes));
        }
    }

    @Test
    void spreads_keys_that_differ_little_evenly() {
        int partitions = 1000;
        int[] counts = new int[partitions];
        for (int key = 0; key < 1_000_000; key++) {
            counts[KeyHash.FNV64_MIX13.partition("user/" + key, partitions)]++;
        }
        // A thousand each on average; chance alone gives a standard deviation of 32.
        for (int count : counts) {
            assertThat(count).isBetween(840, 1160);
        }
    }
}
