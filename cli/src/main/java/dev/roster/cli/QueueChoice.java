package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.store.Store;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A queue that is there, for the commands that show and change it. */
final class QueueChoice {
    @Mixin private StoreChoice where = new StoreChoice();

    @Mixin private QueueName queue = new QueueName();

    @Option(names = "--json", description = "Writes JSON, an object a line.")
    boolean json;

    /** Does something with the queue; what it returns is the exit code. */
    int with(ToIntFunction<JobsAdmin> what) {
        String name = queue.name();
        try (Store store = where.open()) {
            // A queue is made by the first who names it; here that would be a slip of the pen.
            if (!Jobs.exists(store, name)) {
                throw new InvalidInputException("There is no queue \"%s\".".formatted(name));
            }
            try (JobsAdmin admin = Jobs.admin(store, name)) {
                return what.applyAsInt(admin);
            }
        }
    }

    /** Does something to the queue. */
    int tell(Consumer<JobsAdmin> what) {
        return with(admin -> {
            what.accept(admin);
            return ExitCodes.OK;
        });
    }

    /** Does something to the queue, or to one task of it. */
    int tell(@Nullable String task, Consumer<JobsAdmin> all, BiConsumer<JobsAdmin, String> one) {
        return tell(task == null ? all : admin -> one.accept(admin, task));
    }

    /** Does something to each job, and says to which it was done. */
    int each(String verb, List<String> ids, Predicate<JobId> what) {
        List<JobId> jobs = ids.stream().map(JobId::parse).toList();
        int exit = ExitCodes.OK;
        for (JobId job : jobs) {
            boolean was = what.test(job);
            exit = was ? exit : ExitCodes.SOME_FAILED;
            if (json) {
                System.out.println(new Json().put("id", job.toString()).put(verb, was));
            } else {
                System.out.printf("%s: %s%s%n", job, was ? "" : "not there, or not to be ", verb);
            }
        }
        return exit;
    }
}
