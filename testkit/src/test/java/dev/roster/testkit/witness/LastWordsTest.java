package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.testkit.check.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastWordsTest {
    @TempDir private Path folder;

    private Path history() throws IOException {
        Path file = folder.resolve("history");
        try (HistoryFile history = new HistoryFile(file)) {
            history.write(new Observation.Valid(10, "m~1", 99));
            history.write(new Observation.SlotStopped(20, "m~1", 1));
        }
        return file;
    }

    @Test
    void a_process_dies_after_its_last_word_and_after_it_was_told_to() throws IOException {
        assertThat(LastWords.died(history(), 15)).contains(new Observation.Died(21, "m~1"));
        assertThat(LastWords.died(history(), 25)).contains(new Observation.Died(25, "m~1"));
    }

    @Test
    void what_was_cut_short_is_left_out() throws IOException {
        Path file = history();
        Files.writeString(file, Files.readString(file) + "{\"kind\":\"Valid\",\"at\":30");
        assertThat(LastWords.died(file, 0)).contains(new Observation.Died(21, "m~1"));
    }

    @Test
    void who_never_was_a_member_does_not_die() throws IOException {
        Path file = Files.createFile(folder.resolve("none"));
        assertThat(LastWords.died(file, 5)).isEmpty();
    }
}
