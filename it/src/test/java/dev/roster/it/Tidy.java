package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rules about the text of the checkout's files. Each returns what it found, as {@code path:line:
 * what}.
 */
final class Tidy {

    static final int MAX_LINES = 500;

    private static final String EMPTY_WORDS = "Utils?|Common|Impl|Managers?|Helpers?";

    private static final Pattern EMPTY_TYPE =
            Pattern.compile(
                    "\\b(?:class|interface|record|enum)\\s+"
                            + "((?:Abstract|Base)[A-Z]\\w*|\\w*(?:%s))\\b".formatted(EMPTY_WORDS));

    private static final Pattern EMPTY_PACKAGE =
            Pattern.compile("^package .*\\b(utils?|common|impl|helpers?|misc)\\b.*;");

    // Composed, so that this file passes its own rule.
    private static final Pattern MACHINE_PLACE =
            Pattern.compile(
                    "(?<![\\w./}-])/(?:%s)(?:/|(?![\\w-]|\\.\\w))|repo1?\\.maven\\.(?:apache\\.)?org"
                            .formatted(
                                    String.join("|", "work", "fa[r]m", "home", "root", "Users")));

    private static final Pattern SERIALIZATION =
            Pattern.compile("\\b(?:Object(?:In|Out)putStream|XML(?:De|En)coder)\\b");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)[^)]*\\)");

    private Tidy() {}

    /** One file: its path from the root with slashes, and its lines. */
    record Text(String path, List<String> lines) {
        boolean endsWith(String suffix) {
            return path.endsWith(suffix);
        }
    }

    static Stream<String> tooLong(Text file) {
        return file.endsWith(".java") && file.lines().size() > MAX_LINES
                ? Stream.of(file.path() + ": " + file.lines().size() + " lines, at most 500")
                : Stream.of();
    }

    static Stream<String> emptyNames(Text file) {
        return file.endsWith(".java")
                ? Stream.concat(find(file, EMPTY_TYPE), find(file, EMPTY_PACKAGE))
                : Stream.of();
    }

    static Stream<String> machinePlaces(Text file) {
        return find(file, MACHINE_PLACE);
    }

    static Stream<String> serialization(Text file) {
        boolean rule = file.endsWith("/Tidy.java") || file.endsWith("/ArchitectureTest.java");
        return file.endsWith(".java") && !rule ? find(file, SERIALIZATION) : Stream.of();
    }

    static Stream<String> brokenLinks(Text file, Path root) {
        if (!file.endsWith(".md")) {
            return Stream.of();
        }
        Path folder = root.resolve(file.path()).resolveSibling("");
        List<String> broken = new ArrayList<>();
        boolean code = false;
        for (int i = 0; i < file.lines().size(); i++) {
            String line = file.lines().get(i);
            if (line.stripLeading().startsWith("```")) {
                code = !code;
            }
            Matcher link = LINK.matcher(code ? "" : line.replaceAll("`[^`]*`", "``"));
            while (link.find()) {
                if (!leadsSomewhere(link.group(1), folder)) {
                    broken.add(at(file, i) + "broken link " + link.group(1));
                }
            }
        }
        return broken.stream();
    }

    private static boolean leadsSomewhere(String target, Path folder) {
        if (target.startsWith("#") || target.matches("[a-z]+:.*")) {
            return true; // inside the page, or outside the checkout
        }
        String path = URI.create(target).getPath();
        return !path.startsWith("/") && Files.exists(folder.resolve(path));
    }

    private static Stream<String> find(Text file, Pattern pattern) {
        return IntStream.range(0, file.lines().size())
                .mapToObj(i -> {
                    Matcher found = pattern.matcher(file.lines().get(i));
                    return found.find() ? at(file, i) + found.group().strip() : "";
                })
                .filter(finding -> !finding.isEmpty());
    }

    static String at(Text file, int index) {
        return file.path() + ":" + (index + 1) + ": ";
    }

    /** The text files that git tracks, or would with {@code git add --all}. */
    static List<Text> filesOf(Path root) {
        try {
            Process git =
                    new ProcessBuilder(
                                    "git", "ls-files", "--cached", "--others", "--exclude-standard")
                            .directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String output = new String(git.getInputStream().readAllBytes(), UTF_8);
            if (git.waitFor() != 0) {
                throw new IllegalStateException("git ls-files failed in " + root);
            }
            return output.lines().flatMap(path -> read(root, path).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Text> read(Path root, String path) {
        Path file = root.resolve(path);
        if (!Files.isRegularFile(file)) {
            return Optional.empty(); // deleted, not yet committed
        }
        try {
            return Optional.of(new Text(path, Files.readAllLines(file, UTF_8)));
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
