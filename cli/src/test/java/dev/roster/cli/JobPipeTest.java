package dev.roster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class JobPipeTest {
    @TempDir private Path folder = Path.of("");
    private final List<String> heard = new ArrayList<>();
    private final JobPipe.Lines lines =
            new JobPipe.Lines() {
                @Override
                public void line(String line) {
                    heard.add(line);
                }

                @Override
                public void tooLong(int most) {
                    heard.add("longer than " + most);
                }
            };

    private static void write(Path pipe, String text) throws IOException {
        Files.write(pipe, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatWasWrittenBeforeItIsClosedIsReadWhoeverOpenedIt() throws Exception {
        List<String> wanted = new ArrayList<>();
        Path path;
        try (JobPipe pipe = JobPipe.open(folder.resolve("out"), lines)) {
            path = pipe.path();
            for (int n = 0; n < 3000; n++) {
                write(path, "line " + n + "\n");
                wanted.add("line " + n);
            }
            write(path, "two\nat once\nand one without an end");
        }
        wanted.addAll(List.of("two", "at once", "and one without an end"));
        assertEquals(wanted, heard);
        assertFalse(Files.exists(path));
    }

    @Test
    void aLineThatIsTooLongIsPassedOver() throws Exception {
        String longest = "x".repeat(JobPipe.LINE_BYTES);
        try (JobPipe pipe = JobPipe.open(folder.resolve("out"), lines)) {
            write(pipe.path(), "a\n" + longest + "\n" + longest + "y\n" + longest.repeat(3));
        }
        String told = "longer than " + JobPipe.LINE_BYTES;
        assertEquals(List.of("a", longest, told, told), heard);
    }

    @Test
    void nothingIsLostThoughTheThreadIsInterrupted() throws Exception {
        JobPipe pipe = JobPipe.open(folder.resolve("out"), lines);
        write(pipe.path(), "last words\n");
        Thread.currentThread().interrupt();
        pipe.close();
        assertEquals(true, Thread.interrupted());
        // The line's end, and the pipe's.
        assertEquals(List.of("last words", ""), heard);
    }

    @Test
    void theTailIsOfTheLastLines() {
        Tail tail = new Tail();
        assertEquals("exit code 1", tail.message(1));
        IntStream.range(0, 1000).forEach(n -> tail.add("line " + n));
        tail.add("why");
        tail.add(" ");
        assertEquals("exit code 137: ended by signal 9: why", tail.message(137));
        List<String> kept = tail.text().lines().toList();
        assertEquals("line 999", kept.get(kept.size() - 3));
        assertEquals(true, tail.text().length() < 2000);
    }
}
