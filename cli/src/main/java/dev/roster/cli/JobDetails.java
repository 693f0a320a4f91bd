package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.jobs.Job;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a job is, however often it is submitted. */
final class JobDetails {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The payload is what the file holds; - is standard input.")
    private @Nullable String file;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY",
            description = "Jobs of a key go to the same member, in order if their task says so.")
    private String key = "";

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "5",
            description = "0 to 9, the least first. Default: ${DEFAULT-VALUE}.")
    private int priority = Job.NORMAL;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "How often it is tried. Default: as often as its task says.")
    private int attempts;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long an attempt may run. Default: as long as its task says.")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "It is not begun later than so long after it was submitted.")
    private Duration expires = Duration.ZERO;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "What goes along; may be given many times.")
    private Map<String, String> headers = new TreeMap<>();

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "What the payload is, for the handler.")
    private String contentType = "";

    /** Whether a file has the payload. */
    boolean hasFile() {
        return file != null;
    }

    /** The payload: a text, "-" for standard input, or what the file has. */
    Bytes payload(@Nullable String text) throws IOException {
        String from = file;
        if ((from != null && from.equals("-")) || (text != null && text.equals("-"))) {
            return Bytes.of(System.in.readNBytes(Job.PAYLOAD_BYTES + 1));
        }
        if (from != null) {
            try (InputStream in = Files.newInputStream(Path.of(from))) {
                return Bytes.of(in.readNBytes(Job.PAYLOAD_BYTES + 1));
            }
        }
        return text == null ? Bytes.EMPTY : Bytes.utf8(text);
    }

    /**
     * The job.
     *
     * @param line what {} stands for in the key; null for nothing
     */
    Job job(String task, Bytes payload, @Nullable String line) {
        Job job =
                Job.of(task, payload)
                        .key(filled(key, line))
                        .contentType(contentType)
                        .priority(priority)
                        .expires(expires)
                        .timeout(timeout)
                        .attempts(attempts);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            job = job.header(header.getKey(), header.getValue());
        }
        return job;
    }

    static String filled(String text, @Nullable String line) {
        return line == null ? text : text.replace("{}", line);
    }
}
