package dev.roster.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roster.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeySourceTest {
    @Test
    void aLineIsAKeyAsItIs() throws IOException {
        assertEquals(
                List.of(" a ", "# b", "$(c)", "é"), read(" a \n\n# b\n$(c)\né".getBytes(UTF_8)));
    }

    @Test
    void aBadKeyIsRefusedWithItsLine() {
        var refused =
                assertThrows(InvalidInputException.class, () -> read("a\nb\tc\n".getBytes(UTF_8)));

        assertTrue(String.valueOf(refused.getMessage()).startsWith("test, line 2: "));
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        assertThrows(InvalidInputException.class, () -> read(new byte[] {'a', '\n', (byte) 0xff}));
    }

    private static List<String> read(byte[] content) throws IOException {
        return KeySource.read("test", new ByteArrayInputStream(content));
    }
}
