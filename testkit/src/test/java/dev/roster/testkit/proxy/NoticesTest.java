package dev.roster.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the proxy takes for a notification, byte by byte. */
final class NoticesTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The stream in pieces of one byte, so that every frame is cut everywhere. */
    private static byte[] drip(Notices notices, byte[] stream, boolean drop) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < stream.length; at++) {
            out.writeBytes(notices.received(Arrays.copyOfRange(stream, at, at + 1), drop));
        }
        return out.toByteArray();
    }

    private static byte[] postgres(char kind, String body) {
        return ByteBuffer.allocate(5 + body.length())
                .put((byte) kind)
                .putInt(4 + body.length())
                .put(ascii(body))
                .array();
    }

    private static byte[] together(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void a_postgresql_notification_is_dropped_and_answers_are_not() {
        Notices notices = Wire.POSTGRESQL.open();
        notices.sent(ByteBuffer.allocate(8).putInt(8).putInt(80877103).array());
        byte[] ready = postgres('Z', "I");
        byte[] stream = together(ascii("N"), ready, postgres('A', "hint"), ready);
        assertThat(drip(notices, stream, true)).isEqualTo(together(ascii("N"), ready, ready));
        assertThat(notices.dropped()).isEqualTo(1);
        assertThat(drip(notices, postgres('A', "hint"), false)).isEqualTo(postgres('A', "hint"));
    }

    @Test
    void an_encrypted_postgresql_connection_is_passed_on() {
        Notices notices = Wire.POSTGRESQL.open();
        notices.sent(ByteBuffer.allocate(8).putInt(8).putInt(80877103).array());
        byte[] stream = together(ascii("S"), new byte[] {22, 3, 3, 0, 99, 1});
        assertThat(drip(notices, stream, true)).isEqualTo(stream);
    }

    @Test
    void redis_pushes_and_messages_are_dropped_and_answers_are_not() {
        Notices notices = Wire.REDIS.open();
        byte[] answers =
                ascii(
                        "+OK\r\n*2\r\n$3\r\nfoo\r\n:5\r\n%1\r\n$1\r\na\r\n*-1\r\n$-1\r\n$7\r\nmessage\r\n");
        byte[] push = ascii(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n");
        byte[] old = ascii("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n");
        byte[] subscribed = ascii(">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        assertThat(drip(notices, together(push, answers, old, subscribed), true))
                .isEqualTo(together(answers, subscribed));
        assertThat(notices.dropped()).isEqualTo(2);
    }

    private static byte[] http2(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    @Test
    void what_comes_on_the_stream_of_an_etcd_watch_becomes_padding_of_the_same_size() {
        Notices notices = Wire.ETCD.open();
        notices.sent(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        notices.sent(http2(0, 0, 3, new byte[] {0, 0, 0, 0, 2, 10, 0}));
        notices.sent(http2(0, 1, 5, new byte[] {0, 0, 0, 0, 2, 10, 0}));
        byte[] answer = http2(0, 0, 5, new byte[20]);
        byte[] out = drip(notices, together(http2(0, 0, 3, new byte[600]), answer), true);
        assertThat(out).hasSize(3 * 9 + 600 + 29).endsWith(answer);
        ByteBuffer frames = ByteBuffer.wrap(out);
        int size = 0;
        while (size < 600) {
            int length = frames.getInt() >> 8;
            frames.position(frames.position() - 1);
            assertThat(frames.get()).as("no kind of frame but data").isZero();
            assertThat(frames.get()).as("padded").isEqualTo((byte) 8);
            assertThat(frames.getInt()).isEqualTo(3);
            assertThat(frames.get() & 0xff).as("nothing but padding").isEqualTo(length - 1);
            frames.position(frames.position() + length - 1);
            size += length;
        }
        assertThat(notices.dropped()).isEqualTo(1);
        assertThat(drip(notices, http2(0, 0, 3, new byte[7]), false))
                .isEqualTo(http2(0, 0, 3, new byte[7]));
    }
}
