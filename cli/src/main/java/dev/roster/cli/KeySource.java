package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads keys, one a line, in UTF-8; empty lines are passed over, nothing else is. */
final class KeySource {
    private KeySource() {}

    /** The keys of a file, or of standard input for "-". */
    static List<String> read(String file) throws IOException {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return read(file.equals("-") ? "standard input" : file, in);
        }
    }

    static List<String> read(String name, InputStream in) throws IOException {
        List<String> keys = new ArrayList<>();
        int number = 0;
        // A decoder that is given, unlike a charset, refuses what it cannot decode.
        var reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isEmpty()) {
                    keys.add(Limits.checkedKey(line));
                }
            }
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    "%s is not UTF-8, after line %d. Nothing was added.".formatted(name, number));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "%s, line %d: %s Nothing was added.".formatted(name, number, e.getMessage()));
        }
        return keys;
    }
}
