package dev.roster.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the compiler cannot check: the whole checkout, as text. */
final class TidyTest {

    /** Files that may be longer than {@link Tidy#MAX_LINES}, each with its reason. */
    private static final Map<String, String> LONG_FOR_A_REASON = Map.of();

    private static List<Tidy.Text> files = List.of();

    @BeforeAll
    static void readTheCheckout() {
        files = Tidy.filesOf(Checkout.root());
    }

    @Test
    void the_checkout_was_read() {
        assertThat(files)
                .extracting(Tidy.Text::path)
                .contains("pom.xml", "README.md", "it/src/test/java/dev/roster/it/TidyTest.java");
    }

    @Test
    void no_java_file_is_too_long() {
        expectNone(
                files.stream()
                        .filter(file -> !LONG_FOR_A_REASON.containsKey(file.path()))
                        .flatMap(Tidy::tooLong));
    }

    @Test
    void names_say_what_a_thing_is() {
        expectNone(files.stream().flatMap(Tidy::emptyNames));
    }

    @Test
    void links_lead_somewhere() {
        Path root = Checkout.root();
        expectNone(files.stream().flatMap(file -> Tidy.brokenLinks(file, root)));
    }

    @Test
    void no_file_names_a_machine() {
        expectNone(files.stream().flatMap(Tidy::machinePlaces));
    }

    @Test
    void nothing_reads_serialized_objects() {
        expectNone(files.stream().flatMap(Tidy::serialization));
    }

    @Test
    void code_in_the_documents_is_code_that_is_tested() {
        Path root = Checkout.root();
        expectNone(files.stream().flatMap(file -> Snippets.differences(file, root)));
    }

    private static void expectNone(Stream<String> findings) {
        assertThat(findings.collect(joining("\n"))).isEmpty();
    }
}
