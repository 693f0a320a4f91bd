package dev.roster.it;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Code blocks of documents that are regions of tested files. A block that follows
 *
 * <pre>{@code <!-- snippet: path/from/root.java#region -->}</pre>
 *
 * must equal the lines between {@code // tag::region} and {@code // end::region} of that file,
 * without their common indentation and without the tags of other regions.
 */
final class Snippets {

    private static final Pattern MARKER =
            Pattern.compile("<!--\\s*snippet:\\s*([^#\\s]+)#(\\S+)\\s*-->");

    private static final Pattern TAG = Pattern.compile("\\s*(?://|#|--)\\s*(?:tag|end)::\\S+\\s*");

    private Snippets() {}

    static Stream<String> differences(Tidy.Text file, Path root) {
        if (!file.endsWith(".md")) {
            return Stream.of();
        }
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < file.lines().size(); i++) {
            Matcher marker = MARKER.matcher(file.lines().get(i));
            if (marker.find()) {
                String wanted = region(root.resolve(marker.group(1)), marker.group(2));
                String written = block(file.lines(), i + 1);
                if (!written.equals(wanted)) {
                    findings.add(
                            "%s%s is now%n%s%nand the document says%n%s"
                                    .formatted(Tidy.at(file, i), marker.group(), wanted, written));
                }
            }
        }
        return findings.stream();
    }

    /** The fenced block that begins at the line with this index, or after blank lines there. */
    private static String block(List<String> lines, int from) {
        int fence = from;
        while (fence < lines.size() && lines.get(fence).isBlank()) {
            fence++;
        }
        if (fence == lines.size() || !lines.get(fence).startsWith("```")) {
            return "(no code block)";
        }
        return lines.subList(fence + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("```"))
                .collect(joining("\n"));
    }

    private static String region(Path file, String name) {
        if (!Files.isRegularFile(file)) {
            return "(no file " + file.getFileName() + ")";
        }
        try {
            List<String> lines = Files.readAllLines(file);
            int begin = indexOf(lines, "tag::" + name);
            int end = indexOf(lines, "end::" + name);
            if (begin < 0 || end < begin) {
                return "(no region " + name + ")";
            }
            return lines.subList(begin + 1, end).stream()
                    .filter(line -> !TAG.matcher(line).matches())
                    .collect(joining("\n"))
                    // The formatter wants a blank line between a method and what follows it.
                    .stripTrailing()
                    .stripIndent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int indexOf(List<String> lines, String tag) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (TAG.matcher(line).matches() && line.strip().endsWith(tag)) {
                return i;
            }
        }
        return -1;
    }
}
