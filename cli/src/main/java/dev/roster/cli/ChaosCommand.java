package dev.roster.cli;

import dev.roster.RosterException;
import dev.roster.testkit.chaos.Carelessness;
import dev.roster.testkit.chaos.ChaosOptions;
import dev.roster.testkit.chaos.ChaosReport;
import dev.roster.testkit.chaos.ChaosResult;
import dev.roster.testkit.chaos.ChaosRun;
import dev.roster.testkit.chaos.Deed;
import dev.roster.testkit.chaos.Fault;
import dev.roster.testkit.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Treats real processes and a real server badly, and checks every promise. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a store's real server from this machine's packages, a few member processes with"
                    + " a proxy each, and a resource that checks tokens; kills, freezes, cuts off,"
                    + " delays, wipes and puts back, as a plan drawn from the seed says; and judges"
                    + " the histories by the checkers of the simulation. Needs no Docker; some"
                    + " faults need root.",
        },
        footer = {
            "",
            "Exit status: 0 all promises were kept; 1 one was broken, or the group did not come to"
                    + " rest, and where the histories are.",
            "",
            "Examples:",
            "  roster chaos --store sqlite                       each fault once",
            "  roster chaos --store redis --minutes 5 --seed 7   five minutes of seed 7's plan",
            "  roster chaos --store etcd --fault PARTITION       one fault",
            "  roster chaos --store redis --kills 1000           a thousand kills of members",
            "  roster chaos --store postgresql --plan            what would be done",
            "  roster chaos recheck DIR                          judge kept histories again"
        })
public final class ChaosCommand implements Callable<Integer> {
    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "sqlite",
            description =
                    "sqlite, postgresql, pgbouncer (PostgreSQL behind it), redis, etcd or"
                            + " etcd-cluster (three servers) for a server of the run's own; or the URL of one that is there, to which nothing"
                            + " is done but on the way to it; default: ${DEFAULT-VALUE}")
    private String store = "";

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "begin no new fault after so many minutes; default: each fault once")
    private double minutes;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description =
                    "kill -9 of so many members, one soon after the other, each started again at"
                            + " once, and no other fault; try it with --lease 1s")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "draws the plan; default: a fresh one, which is printed")
    private @Nullable Long seed;

    @Option(names = "--members", paramLabel = "M", description = "how many; default: 4")
    private int members = ChaosOptions.MEMBERS;

    @Option(names = "--lease", paramLabel = "TIME", description = "the group's lease; default: 3s")
    private Duration lease = ChaosOptions.LEASE;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            split = ",",
            description = "only these; default: all that the store has: ${COMPLETION-CANDIDATES}")
    private List<Fault> faults = List.of();

    @Option(
            names = "--careless",
            paramLabel = "MISTAKE",
            arity = "0..1",
            fallbackValue = "COMMITS",
            description =
                    "does it notice a mistake? COMMITS: members make all commits without their"
                            + " conditions; ROUTES: whoever is asked carries a request out, and"
                            + " events are left out; JOBS: what is recorded of jobs is not fenced,"
                            + " and each is submitted twice; default: ${FALLBACK-VALUE}")
    private Carelessness careless = Carelessness.NONE;

    @Option(names = "--plan", description = "print the plan, and do nothing")
    private boolean plan;

    @Option(
            names = "--keep",
            description = "keep the histories, and say where; they are kept if something broke")
    private boolean keep;

    @Option(names = "--json", description = "print the outcome as one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public ChaosCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        long chosen = seed == null ? System.currentTimeMillis() : seed;
        if (plan) {
            System.out.println("seed " + chosen);
            planned(chosen).forEach(System.out::println);
            return 0;
        }
        Path folder = Files.createTempDirectory("roster-chaos-");
        ChaosOptions options = options(chosen, folder);
        ChaosResult result;
        try {
            result = ChaosRun.run(options, line -> (json ? System.err : System.out).println(line));
        } catch (IllegalArgumentException e) {
            ServerProcess.delete(folder);
            throw wrong(e);
        } catch (TestAbortedException | AssertionError e) {
            // The machine has no such server.
            ServerProcess.delete(folder);
            throw new RosterException(String.valueOf(e.getMessage()), e);
        }
        System.out.println(json ? ChaosReport.json(result) : ChaosReport.text(result));
        if (result.isGood() && !keep) {
            ServerProcess.delete(folder);
        } else {
            System.err.println("The histories are in " + folder);
        }
        return result.isGood() ? 0 : 1;
    }

    private List<Deed> planned(long chosen) {
        try {
            return ChaosRun.plan(options(chosen, Path.of("")));
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private ChaosOptions options(long chosen, Path folder) {
        try {
            return new ChaosOptions(
                    store,
                    chosen,
                    Duration.ofMillis((long) (minutes * 60_000)),
                    kills,
                    members,
                    lease,
                    faults,
                    careless,
                    folder);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private ParameterException wrong(IllegalArgumentException e) {
        return new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(),
                String.valueOf(e.getMessage()),
                e);
    }

    @Command(
            name = "recheck",
            mixinStandardHelpOptions = true,
            description = "Judges the histories of an earlier run by the checkers of today.")
    int recheck(
            @Parameters(paramLabel = "DIR", description = "the folder that the run kept")
                    Path folder,
            @Option(names = "--json", description = "print the outcome as one JSON object")
                    boolean asJson) {
        try {
            ChaosResult result = ChaosResult.recheck(folder);
            System.out.println(asJson ? ChaosReport.json(result) : ChaosReport.text(result));
            return result.isGood() ? 0 : 1;
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }
}
