package dev.roster.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The binary form of messages. */
final class ProtoTest {
    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int at = 0; at < values.length; at++) {
            bytes[at] = (byte) values[at];
        }
        return bytes;
    }

    /** The examples of the format's own documentation. */
    @Test
    void messages_are_written_as_the_format_says() {
        assertThat(new ProtoWriter().number(1, 150).toArray()).isEqualTo(bytes(8, 0x96, 1));
        assertThat(new ProtoWriter().bytes(2, "testing".getBytes(StandardCharsets.UTF_8)).toArray())
                .isEqualTo(bytes(0x12, 7, 't', 'e', 's', 't', 'i', 'n', 'g'));
        assertThat(new ProtoWriter().message(3, new ProtoWriter().number(1, 150)).toArray())
                .isEqualTo(bytes(0x1a, 3, 8, 0x96, 1));
        assertThat(new ProtoWriter().number(1, 0).toArray()).isEmpty();
        assertThat(new ProtoWriter().message(3, new ProtoWriter()).toArray())
                .isEqualTo(bytes(0x1a, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 127, 128, 300, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void numbers_come_back(long number) {
        ProtoReader from = new ProtoReader(new ProtoWriter().number(64, number).toArray());
        assertThat(from.field()).isEqualTo(64);
        assertThat(from.number()).isEqualTo(number);
        assertThat(from.field()).isZero();
    }

    @Test
    void fields_that_nobody_knows_are_passed_over() {
        byte[] unknown =
                bytes(0x49, 1, 2, 3, 4, 5, 6, 7, 8, 0x4d, 1, 2, 3, 4, 0x52, 1, 9, 0x58, 1, 0x18, 7);
        assertThat(Header.read(new ProtoReader(unknown)).revision()).isEqualTo(7);
    }

    @Test
    void what_is_no_message_is_said_to_be_none() {
        SplittableRandom random = new SplittableRandom(7);
        int bad = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            try {
                TxnAnswer.read(noise);
                WatchAnswer.read(noise);
            } catch (ProtoReader.BadMessageException e) {
                bad++;
            }
        }
        assertThat(bad).isGreaterThan(1000);
    }

    @Test
    void a_message_that_ends_early_is_none() {
        byte[] whole =
                new ProtoWriter()
                        .message(1, new ProtoWriter().number(3, 1L << 40))
                        .number(2, 1)
                        .toArray();
        assertThat(TxnAnswer.read(whole).succeeded()).isTrue();
        for (int end = 1; end < whole.length - 2; end++) {
            byte[] part = java.util.Arrays.copyOf(whole, end);
            assertThatExceptionOfType(ProtoReader.BadMessageException.class)
                    .isThrownBy(() -> TxnAnswer.read(part));
        }
    }
}
