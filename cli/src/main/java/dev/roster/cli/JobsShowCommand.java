package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobView;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one job. */
@Command(
        name = "show",
        description = "Shows all that is known of a job.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:there is no such job, or an error; the message on stderr says which",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs show -s sqlite:work.db 7:01k3a",
            "  roster jobs show -s sqlite:work.db 7:01k3a --payload > photo.jpg"
        })
final class JobsShowCommand implements Callable<Integer> {
    @Mixin private QueueChoice choice = new QueueChoice();

    @Option(names = "--payload", description = "Prints no more than its payload, byte for byte.")
    private boolean payload;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Override
    public Integer call() {
        JobId wanted = JobId.parse(id);
        return choice.with(admin -> {
            Optional<JobView> found = admin.find(wanted);
            if (found.isEmpty()) {
                System.err.printf(
                        "roster: There is no job \"%s\" in the queue \"%s\".%n",
                        wanted, admin.queue());
                return ExitCodes.ERROR;
            }
            JobView job = found.get();
            if (payload) {
                print(job.payload());
            } else if (choice.json) {
                System.out.println(JobTexts.json(job));
            } else {
                System.out.print(JobTexts.all(job));
            }
            return ExitCodes.OK;
        });
    }

    private static void print(Bytes payload) {
        byte[] bytes = payload.toArray();
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
