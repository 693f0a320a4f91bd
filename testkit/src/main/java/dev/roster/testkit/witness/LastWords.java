package dev.roster.testkit.witness;

import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a process that is gone wrote down last. */
public final class LastWords {
    private LastWords() {}

    /**
     * When the process that wrote a history died. Others may know before anybody who waits for its
     * end does: it was gone as soon as it had said its last word, and had been killed.
     *
     * @param asked when it was told to, by {@link System#nanoTime}
     * @return nothing if it had not become a member
     */
    public static Optional<Observation.Died> died(Path history, long asked) {
        List<String> lines;
        try {
            lines = Files.readAllLines(history, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long at = asked;
        for (String line : lines.reversed()) {
            if (!line.endsWith("}")) {
                continue; // It was cut short.
            }
            Map<String, Object> fields = JsonLine.parse(line);
            if (fields.get("at") instanceof Long said) {
                at = Math.max(at, said + 1);
            }
            if ("Valid".equals(fields.get("kind"))) {
                return Optional.of(new Observation.Died(at, String.valueOf(fields.get("member"))));
            }
        }
        return Optional.empty();
    }
}
