package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Producer;
import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Submits one job, or one for each line. */
@Command(
        name = "submit",
        description = {
            "Submits a job, and prints its id.",
            "It is stored when this ends; a worker does it, now or later. With --lines, each"
                    + " line is the payload of a job of its own."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:submitted",
            "1:not submitted, or some were not; or not known (says so): with --id, trying again"
                    + " does no harm",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs submit -s sqlite:work.db mail '{\"to\": \"ann@example.org\"}' --delay 1h",
            "  roster jobs submit -s sqlite:work.db resize --file photo.jpg --key album-7",
            "  ls *.wav | roster jobs submit -s sqlite:work.db encode --lines - --unique {}"
        })
final class JobsSubmitCommand implements Callable<Integer> {
    /** Goes to the store together. */
    private static final int BATCH = 1000;

    private static final Duration UNIQUE_FOR = Duration.ofHours(24);

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Mixin private StoreChoice where = new StoreChoice();

    @Mixin private QueueName queue = new QueueName();

    @Mixin private JobDetails details = new JobDetails();

    @Option(
            names = "--lines",
            paramLabel = "FILE",
            description =
                    "A job for each line that is not empty; - is standard input. In --key, --unique"
                            + " and --id {} is the line.")
    private @Nullable String lines;

    @Option(names = "--delay", paramLabel = "TIME", description = "Waits at least so long.")
    private @Nullable Duration delay;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Not before this, such as 2030-01-31T09:00:00Z.")
    private @Nullable Instant at;

    @Option(
            names = "--unique",
            paramLabel = "KEY",
            description = "Of jobs with the same unique key, the first counts.")
    private String unique = "";

    @Option(
            names = "--unique-for",
            paramLabel = "TIME",
            description = "For how long. Default: 24h.")
    private Duration uniqueFor = UNIQUE_FOR;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "A name of yours: submitting it again within a day does nothing.")
    private String id = "";

    @Option(names = "--json", description = "Writes an object a line: id, task, queue.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "TASK", description = "What is to be done.")
    private String task = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PAYLOAD",
            description = "To what, as text; - reads it from standard input. Default: nothing.")
    private @Nullable String payload;

    @Override
    public Integer call() throws IOException {
        int ways =
                (payload == null ? 0 : 1) + (details.hasFile() ? 1 : 0) + (lines == null ? 0 : 1);
        if (ways > 1 || (at != null && delay != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    ways > 1
                            ? "Give one payload: as argument, by --file, or several by --lines."
                            : "Give one of --delay and --at.");
        }
        String many = lines;
        if (many == null) {
            submit(List.of(job(details.payload(payload), null)));
        } else {
            submit(jobs(many));
        }
        return ExitCodes.OK;
    }

    private void submit(List<Job> jobs) {
        try (Store store = where.open();
                Producer producer = Jobs.producer(store, queue.name())) {
            for (int from = 0; from < jobs.size(); from += BATCH) {
                List<Job> some = jobs.subList(from, Math.min(jobs.size(), from + BATCH));
                for (JobId done : producer.submitAll(some)) {
                    print(done);
                }
            }
        }
    }

    private void print(JobId done) {
        System.out.println(
                json
                        ? new Json()
                                .put("id", done.toString())
                                .put("task", task)
                                .put("queue", queue.name())
                                .toString()
                        : done.toString());
    }

    /** All of them, so that a line that breaks a limit is told before anything is submitted. */
    private List<Job> jobs(String from) throws IOException {
        List<Job> jobs = new ArrayList<>();
        boolean isInput = from.equals("-");
        String name = isInput ? "standard input" : from;
        int number = 0;
        try (InputStream in = isInput ? System.in : Files.newInputStream(Path.of(from));
                var reader =
                        new BufferedReader(
                                new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isEmpty()) {
                    jobs.add(job(Bytes.utf8(line), line));
                }
            }
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    "%s is not UTF-8, after line %d. Nothing was submitted."
                            .formatted(name, number));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "%s, line %d: %s Nothing was submitted."
                            .formatted(name, number, e.getMessage()));
        }
        return jobs;
    }

    private Job job(Bytes content, @Nullable String line) {
        Job job = details.job(task, content, line);
        if (delay != null) {
            job = job.delay(delay);
        }
        if (at != null) {
            job = job.at(at);
        }
        if (!unique.isEmpty()) {
            job = job.unique(JobDetails.filled(unique, line), uniqueFor);
        }
        return id.isEmpty() ? job : job.id(JobDetails.filled(id, line));
    }
}
