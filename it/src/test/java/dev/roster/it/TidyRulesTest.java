package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the rules of {@link TidyTest} find what they look for. */
final class TidyRulesTest {

    @Test
    void a_file_may_have_500_lines_and_no_more() {
        assertThat(Tidy.tooLong(java(Collections.nCopies(500, "").toArray(String[]::new))))
                .isEmpty();
        assertThat(Tidy.tooLong(java(Collections.nCopies(501, "").toArray(String[]::new))))
                .containsExactly("a/A.java: 501 lines, at most 500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "final class Store+Impl implements Store {",
                "public abstract class Abs+tractStore {",
                "class Ba+seStore {",
                "interface Lease+Manager {",
                "    private static class Test+Helper {",
                "record String+Utils() {",
                "package dev.roster.store.impl;",
                "package dev.roster.util;",
                "package dev.roster.common.store;"
            })
    void empty_names_are_found(String parts) {
        String line = parts.replace("+", ""); // written apart, for this file is tidy too
        assertThat(Tidy.emptyNames(java("", line)))
                .singleElement()
                .asString()
                .startsWith("a/A.java:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "final class Baseline {",
                "record Abstraction() {",
                "// the class of helper threads",
                "package dev.roster.store;"
            })
    void other_names_pass(String line) {
        assertThat(Tidy.emptyNames(java(line))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cd %swork/x", "'%shome/me/x'", "=%sroot", "see %swork."})
    void places_of_machines_are_found(String line) {
        assertThat(Tidy.machinePlaces(java(line.formatted("/")))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/workers", "$dir/root/x", "a/home/b", "/rooted", "../root/x", "it/root"})
    void other_places_pass(String line) {
        assertThat(Tidy.machinePlaces(java(line))).isEmpty();
    }

    @Test
    void readers_of_serialized_objects_are_found() {
        assertThat(Tidy.serialization(java("new Object" + "InputStream(in)"))).hasSize(1);
    }

    @Test
    void broken_links_are_found(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(root.resolve("docs/there.md"), "");
        Files.writeString(root.resolve("top.md"), "");
        var page =
                markdown(
                        "[good](there.md#part) [good](../top.md) [out](https://example.org) [in](#x)",
                        "`[code](gone.md)`",
                        "```",
                        "[code](gone.md)",
                        "```",
                        "[bad](gone.md) and [absolute](/top.md)");

        assertThat(Tidy.brokenLinks(page, root))
                .containsExactly(
                        "docs/page.md:6: broken link gone.md",
                        "docs/page.md:6: broken link /top.md");
    }

    @Test
    void a_snippet_equals_its_region(@TempDir Path root) throws IOException {
        writeExample(root);
        var page =
                markdown(
                        "<!-- snippet: Example.java#join -->",
                        "```java",
                        "join();",
                        "if (first) {",
                        "    leave();",
                        "}",
                        "```");

        assertThat(Snippets.differences(page, root)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Example.java#join", "Example.java#jo", "Gone.java#join"})
    void a_snippet_that_differs_is_found(String marker, @TempDir Path root) throws IOException {
        writeExample(root);
        var page = markdown("<!-- snippet: " + marker + " -->", "```java", "leave();", "```");

        assertThat(Snippets.differences(page, root)).hasSize(1);
    }

    private static void writeExample(Path root) throws IOException {
        String example =
                """
                class Example {
                    // tag::join
                    join();
                    // tag::leave
                    if (first) {
                        leave();
                    }
                    // end::leave

                    // end::join
                }
                """;
        Files.writeString(root.resolve("Example.java"), example, UTF_8);
    }

    private static Tidy.Text java(String... lines) {
        return new Tidy.Text("a/A.java", List.of(lines));
    }

    private static Tidy.Text markdown(String... lines) {
        return new Tidy.Text("docs/page.md", List.of(lines));
    }
}
