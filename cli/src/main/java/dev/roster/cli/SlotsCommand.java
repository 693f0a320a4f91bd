package dev.roster.cli;

import dev.roster.group.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs a command that needs to know which part of how many it is. */
@Command(
        name = "slots",
        description = {
            "Runs a command with its slot, 0 to COUNT-1, and the count.",
            "When members come or go, every member's command is ended (SIGTERM, and SIGKILL after"
                    + " the grace), and only when all have ended is it started again with the new"
                    + " numbers. A command that ends by itself is restarted after a while."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:an error; the message on stderr says why",
            "2:the command line is wrong",
            "129, 130, 143:a hangup, Ctrl-C or SIGTERM; the member left and the others go on",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster slots -s sqlite:work.db -g crawl -- ./crawl --shard {slot} --of {count}",
            "  roster slots -s sqlite:work.db -g crawl -- sh -c 'exec ./crawl $$ROSTER_SLOT'",
            "",
            "{slot}, {count} and {generation} are replaced. Also set: ROSTER_SLOT, ROSTER_COUNT,"
                    + " ROSTER_GENERATION, ROSTER_MEMBER, ROSTER_STORE, ROSTER_GROUP."
        })
final class SlotsCommand implements Callable<Integer> {
    private static final Duration WELL = Duration.ofSeconds(30);
    private static final int RESTART_MOST_SECONDS = 60;

    @Mixin MemberChoice how = new MemberChoice();

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws Exception {
        try (Joined joined = Joined.join(how)) {
            CommandTemplate template = new CommandTemplate(command);
            joined.member.onSlot(slot -> keepRunning(joined, template, slot));
            int exit = -1;
            while (exit < 0) {
                exit = joined.awaitEnd(Duration.ofHours(1));
            }
            joined.leave();
            return exit;
        }
    }

    private static void keepRunning(Joined joined, CommandTemplate template, Slot slot)
            throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long begun = System.nanoTime();
            int exit = once(joined, template, slot);
            failures = System.nanoTime() - begun > WELL.toNanos() ? 0 : failures;
            long wait = Math.min(RESTART_MOST_SECONDS, 1L << Math.min(10, failures++));
            joined.report.note(
                    "%s: ended with exit code %d, restarted in %d s".formatted(slot, exit, wait));
            Thread.sleep(Duration.ofSeconds(wait));
        }
    }

    private static int once(Joined joined, CommandTemplate template, Slot slot)
            throws IOException, InterruptedException {
        Map<String, String> places = new TreeMap<>();
        places.put("{slot}", Integer.toString(slot.number()));
        places.put("{count}", Integer.toString(slot.count()));
        places.put("{generation}", Long.toString(slot.generation()));
        Map<String, String> environment = joined.environment();
        places.forEach((place, value) ->
                environment.put(
                        "ROSTER_"
                                + place.substring(1, place.length() - 1)
                                        .toUpperCase(java.util.Locale.ROOT),
                        value));
        String label = Integer.toString(slot.number());
        Child child =
                joined.start(
                        template.with(places),
                        environment,
                        (isError, line) -> joined.report.output("slot", label, isError, line),
                        () -> joined.report.tell(event(joined, "start", slot)));
        int exit = -1;
        try {
            exit = child.await();
            return exit;
        } catch (InterruptedException e) {
            // A slot that is over because of a new view is no longer valid, but others wait for it.
            child.stop(joined.grace(), joined.member::isValid);
            exit = child.exitCode();
            throw e;
        } finally {
            joined.report.tell(event(joined, "end", slot).put("exit", exit));
        }
    }

    private static Json event(Joined joined, String name, Slot slot) {
        return joined.report
                .event(name)
                .put("slot", slot.number())
                .put("count", slot.count())
                .put("generation", slot.generation());
    }
}
