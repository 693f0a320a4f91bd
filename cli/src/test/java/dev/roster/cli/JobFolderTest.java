package dev.roster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobFolderTest {
    private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

    @TempDir private Path parent = Path.of("");

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.sorted().toList();
        }
    }

    @Test
    void itIsGoneWithAllThatIsInItWhenItIsClosed() throws IOException {
        try (JobFolder folder = JobFolder.make(parent, LATER)) {
            Path pipe = folder.pipe();
            assertNotEquals(pipe, folder.pipe());
            Files.createFile(pipe);
            assertEquals(List.of(pipe.getParent()), folders());
        }
        assertEquals(List.of(), folders());
    }

    @Test
    void whatIsInUseStays() throws IOException {
        try (JobFolder one = JobFolder.make(parent, LATER);
                JobFolder two = JobFolder.make(parent, LATER)) {
            assertEquals(2, folders().size());
            assertNotEquals(one.pipe(), two.pipe());
        }
    }

    @Test
    void whatAWorkerLeftThatIsGoneIsRemovedUnlessItMayBeAboutToBeLocked() throws IOException {
        Path left = Files.createDirectory(parent.resolve("roster-jobs123"));
        Files.createFile(left.resolve("lock"));
        Files.createFile(left.resolve("7"));
        Path other = Files.createDirectory(parent.resolve("another"));
        Path unlocked = Files.createDirectory(parent.resolve("roster-jobs456"));
        try (JobFolder young = JobFolder.make(parent, Instant.EPOCH)) {
            assertTrue(Files.exists(left));
            assertTrue(Files.exists(young.pipe().getParent()));
        }
        try (JobFolder next = JobFolder.make(parent, LATER)) {
            assertFalse(Files.exists(left));
            assertTrue(Files.exists(other));
            assertTrue(Files.exists(unlocked), "nobody knows whose that is");
            assertTrue(Files.exists(next.pipe().getParent()));
        }
    }
}
