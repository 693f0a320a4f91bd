package dev.roster.cli;

import dev.roster.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The bytes of a value, for people and for programs. */
final class ValueTexts {
    private ValueTexts() {}

    /** Adds the value as text, or as base64 if it is none. */
    static Json json(Json to, Bytes value) {
        String text = text(value);
        return text == null
                ? to.put("base64", Base64.getEncoder().encodeToString(value.toArray()))
                : to.put("value", text);
    }

    /** The value on one line. */
    static String line(Bytes value) {
        String text = text(value);
        if (text == null) {
            return "(%d bytes)".formatted(value.size());
        }
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    /** The text that the bytes are in UTF-8, null if they are none that can be shown. */
    private static @Nullable String text(Bytes value) {
        String text = decoded(value);
        boolean shows =
                text != null
                        && text.chars()
                                .noneMatch(
                                        c -> Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0);
        return shows ? text : null;
    }

    /** The text that the bytes are in UTF-8, null if they are none. */
    static @Nullable String decoded(Bytes value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
