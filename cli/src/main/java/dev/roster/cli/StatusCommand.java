package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.division.DivisionStatus;
import dev.roster.group.GroupStatus;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the store says of groups, members and keys. */
@Command(
        name = "status",
        description = {
            "Shows groups, members with their slots and what they hold, and how far the keys are.",
            "Reads the store only; the times are those of the members' own clocks."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:an error, or --why names a key that is not there",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster status -s sqlite:work.db",
            "  roster status -s sqlite:work.db -g fetch --watch",
            "  roster status -s sqlite:work.db -g fetch --why feed/17",
            "  roster status -s sqlite:work.db --json | jq .members"
        })
final class StatusCommand implements Callable<Integer> {
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    @Mixin GroupChoice where = new GroupChoice();

    @Option(
            names = {"-w", "--watch"},
            description = "Shows it anew every second.")
    private boolean watch;

    @Option(names = "--json", description = "Writes JSON, an object a line for each group.")
    private boolean json;

    @Option(
            names = "--why",
            paramLabel = "KEY",
            description = "Says where a key is, why, and its last moves.")
    private @Nullable String why;

    @Option(
            names = {"-d", "--division"},
            paramLabel = "NAME",
            defaultValue = "work",
            description = "The division of --why. Default: ${DEFAULT-VALUE}.")
    private String division = "work";

    @Override
    public Integer call() throws InterruptedException {
        try (Store store = where.open()) {
            String key = why;
            if (key != null) {
                return explain(store, key);
            }
            Terminal terminal = json ? new Terminal(false, false, 0) : Terminal.at(1);
            while (true) {
                StringBuilder out = new StringBuilder();
                for (String group : groups(store)) {
                    out.append(text(store, group, terminal)).append('\n');
                }
                if (out.isEmpty() && !json) {
                    out.append("No groups.\n");
                }
                System.out.print(watch && terminal.isTerminal() ? HOME_AND_CLEAR + out : out);
                System.out.flush();
                if (!watch) {
                    return ExitCodes.OK;
                }
                Thread.sleep(Duration.ofSeconds(1));
            }
        }
    }

    private List<String> groups(Store store) {
        String chosen = where.groupIfChosen();
        return chosen.isEmpty() ? GroupStatus.groups(store) : List.of(chosen);
    }

    private String text(Store store, String group, Terminal terminal) {
        GroupStatus status = GroupStatus.read(store, group);
        List<DivisionStatus> divisions =
                status.divisions().stream()
                        .map(name -> DivisionStatus.read(store, group, name))
                        .toList();
        return json
                ? GroupTexts.json(status, divisions).toString()
                : GroupTexts.table(status, divisions, terminal);
    }

    private int explain(Store store, String key) {
        String group = where.group();
        KeyExplanation explanation =
                KeyExplanation.of(DivisionStatus.read(store, group, division), key)
                        .orElseThrow(() ->
                                new InvalidInputException(
                                        "The division \"%s\" of group \"%s\" has no key \"%s\"."
                                                .formatted(division, group, key)));
        System.out.println(json ? explanation.json() : explanation.text());
        return ExitCodes.OK;
    }
}
