package dev.roster.testkit.chaos;

import dev.roster.testkit.check.JsonLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a process that is gone wrote down last. */
final class LastWords {
    private LastWords() {}

    /** The incarnation that it had; empty if it had not become a member. */
    static Optional<String> incarnation(Path history) {
        List<String> lines;
        try {
            lines = Files.readAllLines(history, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String line : lines.reversed()) {
            if (line.startsWith("{\"kind\":\"Valid\"") && line.endsWith("}")) {
                return Optional.of(String.valueOf(JsonLine.parse(line).get("member")));
            }
        }
        return Optional.empty();
    }
}
