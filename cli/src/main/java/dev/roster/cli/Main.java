package dev.roster.cli;

import dev.roster.cli.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line's entry. */
@Command(
        name = "roster",
        description = "Divides work among a group of processes that come and go.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {

    private Main() {}

    public static void main(String[] args) {
        System.exit(
                new CommandLine(new Main())
                        .addSubcommand(new DemoCommand())
                        .addSubcommand(DemoCommand.memberCommand())
                        .execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"roster " + (version == null ? "(not packaged)" : version)};
        }
    }
}
