package dev.roster.cli;

import dev.roster.cli.demo.DemoCommand;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's entry. */
@Command(
        name = "roster",
        description = "Divides work among a group of processes that come and go.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        subcommands = {
            RunCommand.class,
            SlotsCommand.class,
            StatusCommand.class,
            KeysCommand.class,
            JobsCommand.class,
            RouteCommand.class,
            TailCommand.class,
            GetCommand.class,
            PutCommand.class,
            DeleteCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it worked",
            "1:it did not; the message on stderr says why",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster run --store sqlite:work.db --group g --keys urls.txt --until-done -- curl -O {}",
            "  roster status --store sqlite:work.db --watch",
            "  roster run --help"
        })
public final class Main implements Runnable {
    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Shows the stack trace of an error.")
    private boolean debug;

    private Main() {}

    public static void main(String[] args) {
        Logs.setUp();
        Main main = new Main();
        CommandLine line =
                new CommandLine(main)
                        .addSubcommand(new DemoCommand())
                        .addSubcommand(new SimulateCommand())
                        .addSubcommand(new ChaosCommand())
                        .addSubcommand(DemoCommand.memberCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(Duration.class, new DurationConverter());
        line.setExecutionExceptionHandler(
                (e, at, result) -> Errors.tell(e, main.debug, at.getErr()));
        // A command's own options are the command's.
        for (CommandLine at :
                List.of(at(line, "run"), at(line, "slots"), at(at(line, "jobs"), "work"))) {
            at.setStopAtPositional(true);
        }
        System.exit(line.execute(args));
    }

    private static CommandLine at(CommandLine line, String name) {
        return Objects.requireNonNull(line.getSubcommands().get(name));
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"roster " + (version == null ? "(not packaged)" : version)};
        }
    }
}
