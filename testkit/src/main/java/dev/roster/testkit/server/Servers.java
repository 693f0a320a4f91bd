package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Finds the programs of servers on this machine.
 *
 * <p>Where one is missing, what it would have proved is not proved. With {@code CI=true} in the
 * environment that fails the test. Otherwise the test is aborted, and a note in the folder {@code
 * target/not-proved} lets the build end with what it did not prove.
 */
public final class Servers {
    private static final Path NOTES = Path.of("target", "not-proved");

    private Servers() {}

    /**
     * The program of this name, from the PATH or the given folders.
     *
     * @param program such as {@code redis-server}
     * @param install how to get it: {@code apt-get install redis-server}
     * @param folders where it may be, too
     * @throws TestAbortedException it is not there
     * @throws AssertionError it is not there, and this is CI
     */
    public static Path require(String program, String install, Path... folders) {
        return find(program, folders)
                .orElseThrow(() ->
                        missing(
                                program,
                                "%s is not on this machine (%s)".formatted(program, install)));
    }

    /** The program of this name, from the PATH, the usual folders of root or the given ones. */
    public static Optional<Path> find(String program, Path... folders) {
        Stream<Path> path =
                Stream.of(
                                System.getenv()
                                        .getOrDefault("PATH", "")
                                        .split(java.io.File.pathSeparator, -1))
                        .filter(folder -> !folder.isEmpty())
                        .map(Path::of);
        Stream<Path> usual = Stream.of(Path.of("/usr/sbin"), Path.of("/usr/local/sbin"));
        return Stream.of(path, usual, Stream.of(folders))
                .flatMap(places -> places)
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * What to throw when something that a test needs is not there.
     *
     * @param what a short name, which is a file's name, too
     * @param why for people
     */
    public static RuntimeException missing(String what, String why) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(why + "; with CI=true every test has to run.");
        }
        try {
            Files.createDirectories(NOTES);
            Files.write(NOTES.resolve(what.replaceAll("[^\\w.-]", "_")), List.of(why));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TestAbortedException("NOT PROVED: " + why);
    }
}
