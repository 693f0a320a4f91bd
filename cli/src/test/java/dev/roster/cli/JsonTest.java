package dev.roster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonTest {
    @Test
    void anObjectIsOneLine() {
        Json json =
                new Json()
                        .put("text", "a\n\"b\"\\\t\u0001")
                        .put("number", -1)
                        .put("flag", true)
                        .putNull("nothing")
                        .put("list", List.of(new Json(), new Json().put("x", 1)));

        assertEquals(
                "{\"text\":\"a\\n\\\"b\\\"\\\\\\t\\u0001\",\"number\":-1,\"flag\":true,"
                        + "\"nothing\":null,\"list\":[{},{\"x\":1}]}",
                json.toString());
    }

    @Test
    void halvesOfPairsAreEscapedAndPairsAreNot() {
        assertEquals(
                "{\"t\":\"\\ud83d \ud83d\ude00 \\ude00\"}",
                new Json().put("t", "\ud83d \ud83d\ude00 \ude00").toString());
    }
}
