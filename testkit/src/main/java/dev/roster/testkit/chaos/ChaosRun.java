package dev.roster.testkit.chaos;

import dev.roster.division.Keys;
import dev.roster.jobs.Jobs;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.QueueWatcher;
import dev.roster.testkit.witness.StoreWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** One run: a group forms, is treated as the plan says, leaves, and is judged. */
public final class ChaosRun {
    private static final Duration FORM_WITHIN = Duration.ofSeconds(60);
    private static final long LEAVE_SECONDS = 60;

    private static final int KILLS_BETWEEN_RESTS = 25;

    /** The longest delay, run and back-off there are, and takeovers in between. */
    private static final Duration JOB_ENDS_WITHIN = Duration.ofMinutes(3);

    private static final Duration CARELESS_END_WITHIN = Duration.ofSeconds(15);

    /** In a graceful handoff: two commits, and a slow handler's step. */
    private static final long HANDOFF_NANOS = 2_000_000_000L;

    /** A moment, for what was on its way when the group had come to rest. */
    private static final long SETTLE_MILLIS = 300;

    /** So long a router's table may be behind, and a little more. */
    private static final long LOOK_ON_MILLIS = 2000;

    private final ChaosOptions options;
    private final Consumer<String> progress;
    private final RunFacts facts;
    private final List<String> problems = new ArrayList<>();
    private final long began = System.nanoTime();

    /** When the store began to forget, if the group has not come to rest since; 0: it has. */
    private long forgottenSince;

    private ChaosRun(ChaosOptions options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
        this.facts =
                new RunFacts(
                        options.store(),
                        "chaos-" + Long.toUnsignedString(options.seed(), 36),
                        options.seed(),
                        options.lease());
    }

    /**
     * What a run with these options does.
     *
     * @throws IllegalArgumentException no such store
     */
    public static List<Deed> plan(ChaosOptions options) {
        if (options.kills() > 0) {
            return Plan.kills(options.seed(), options.kills(), options.members(), options.lease());
        }
        List<Fault> chosen = new ArrayList<>(faults(options.store()));
        if (!options.faults().isEmpty()) {
            chosen.retainAll(options.faults());
        }
        return Plan.draw(
                options.seed(), chosen, options.members(), options.lease(), options.time());
    }

    /**
     * The faults that a store has. (One of them may need a right that this process lacks: it is
     * left out then, and the result says so.)
     *
     * @throws IllegalArgumentException no such store
     */
    public static List<Fault> faults(String store) {
        List<Fault> all = new ArrayList<>(List.of(Fault.values()));
        all.removeAll(Grounds.leftOut(store).keySet());
        return all;
    }

    /**
     * Runs, and judges.
     *
     * @param progress told a line at a time how it goes
     * @throws IllegalArgumentException no such store, or a fault that it has not
     */
    public static ChaosResult run(ChaosOptions options, Consumer<String> progress)
            throws InterruptedException {
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ChaosRun(options, progress).run();
    }

    private ChaosResult run() throws InterruptedException {
        Path own = options.folder().resolve(RunFacts.HARNESS);
        facts.write(options.folder());
        try (Ground ground = Grounds.open(options);
                RefereeProcess referee = new RefereeProcess(options.folder());
                HistoryFile history = new HistoryFile(own)) {
            Cast cast = new Cast(ground, options, facts.group(), referee.port(), history);
            Thread cleanup =
                    new Thread(() -> {
                        cast.killAll();
                        referee.close();
                        ground.close();
                    });
            Runtime.getRuntime().addShutdownHook(cleanup);
            try (Store store = Store.open(ground.url());
                    StoreWatcher watcher =
                            new StoreWatcher(
                                    () -> Store.open(ground.url()),
                                    facts.group(),
                                    new HistoryFile(options.folder().resolve(RunFacts.STORE)));
                    QueueWatcher jobs =
                            new QueueWatcher(
                                    () -> Store.open(ground.url()),
                                    Roles.QUEUE,
                                    Roles.QUEUE_PARTITIONS,
                                    new HistoryFile(options.folder().resolve(RunFacts.QUEUE)))) {
                watcher.awaitFirst();
                play(new Stage(ground, cast, store, history));
            } finally {
                cast.killAll();
                Runtime.getRuntime().removeShutdownHook(cleanup);
            }
            return judge(ground, cast);
        }
    }

    /** What a run has while it goes on. */
    private record Stage(Ground ground, Cast cast, Store store, HistoryFile history) {}

    private void play(Stage stage) throws InterruptedException {
        addShared(stage);
        for (int member = 0; member < options.members(); member++) {
            stage.cast().start();
        }
        stage.cast().startOnlooker();
        say(
                "%s: %d members start, %s, histories in %s"
                        .formatted(
                                stage.ground().name(), options.members(), facts, options.folder()));
        if (!rest(stage, "the begin", FORM_WITHIN)) {
            return;
        }
        long from = System.nanoTime();
        Nemesis nemesis = new Nemesis(stage.cast(), stage.ground(), () -> requireRest(stage));
        if (options.kills() > 0) {
            kill(stage, nemesis);
            leave(stage);
            return;
        }
        for (Deed deed : plan(options)) {
            if (stage.ground().leftOut(deed.fault()).isPresent()) {
                continue;
            }
            long early = deed.at().toNanos() - (System.nanoTime() - from);
            if (early > 0) {
                Thread.sleep(early / 1_000_000);
            }
            boolean isLate =
                    !options.time().isZero() && System.nanoTime() - from > options.time().toNanos();
            if (isLate || !carryOut(stage, nemesis, deed)) {
                break;
            }
        }
        leave(stage);
    }

    /** One after the other; only after many of them the group has to come to rest. */
    private void kill(Stage stage, Nemesis nemesis) throws InterruptedException {
        long from = System.nanoTime();
        Iterator<Deed> deeds = plan(options).iterator();
        int done = 0;
        while (deeds.hasNext()) {
            disturb(stage, Fault.KILL_MEMBER.name());
            for (int n = 0; n < KILLS_BETWEEN_RESTS && deeds.hasNext(); n++) {
                nemesis.carryOut(deeds.next());
                stage.cast().awaitBegun(FORM_WITHIN);
                disturb(stage, RunFacts.HEALED + Fault.KILL_MEMBER);
                done++;
            }
            say("%d members killed".formatted(done));
            boolean isLate =
                    !options.time().isZero() && System.nanoTime() - from > options.time().toNanos();
            if (!rest(stage, "%d kills".formatted(done), bound(Fault.KILL_ALL_MEMBERS)) || isLate) {
                return;
            }
        }
    }

    private boolean carryOut(Stage stage, Nemesis nemesis, Deed deed) throws InterruptedException {
        Fault fault = deed.fault();
        say(deed.toString());
        long since = System.nanoTime();
        disturb(stage, fault.name());
        try {
            nemesis.carryOut(deed);
        } catch (RuntimeException e) {
            problem("%s: %s".formatted(fault, e));
            return false;
        }
        Fault also = deed.also();
        if (also != null) {
            disturb(stage, RunFacts.HEALED + also.name());
        }
        disturb(stage, RunFacts.HEALED + fault.name());
        if (fault.isForgetful()) {
            addShared(stage);
        }
        Duration bound = bound(fault);
        if (fault.isForgetful()) {
            forgottenSince = since;
        }
        return rest(
                stage,
                fault.name(),
                also == null ? bound : bound.plus(options.lease().multipliedBy(2)));
    }

    /** Within this time after a fault everything is owned again. */
    private Duration bound(Fault fault) {
        Duration lease = options.lease();
        // A takeover, another for a second fault in the same window, a barrier, starts of JVMs.
        Duration bound = lease.multipliedBy(2).plusSeconds(8);
        return fault.isForgetful() || fault == Fault.KILL_ALL_MEMBERS
                ? bound.plus(lease.multipliedBy(2))
                : bound;
    }

    private void disturb(Stage stage, String what) {
        stage.history().write(new Observation.Disturbed(System.nanoTime(), what, 0));
    }

    private void requireRest(Stage stage) {
        try {
            Rest rest = new Rest(stage.store(), facts.group());
            if (rest.await(stage.cast().names(), bound(Fault.KILL_ALL_MEMBERS)).isEmpty()) {
                throw new IllegalStateException("it did not come to rest: " + rest.missing());
            }
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits for rest, says so in the history, and looks on for a while. */
    private boolean rest(Stage stage, String after, Duration atMost) throws InterruptedException {
        Rest rest = new Rest(stage.store(), facts.group());
        List<String> names = stage.cast().names();
        stage.cast().awaitBegun(FORM_WITHIN);
        Optional<Duration> took = rest.await(names, atMost);
        for (String ended : stage.cast().endedByThemselves()) {
            problem("a member ended by itself: " + ended);
        }
        if (took.isEmpty()) {
            problem(
                    "after %s it did not come to rest within %s: %s"
                            .formatted(after, atMost, rest.missing()));
            return false;
        }
        say("%10s at rest after %.1f s".formatted("", took.get().toMillis() / 1000.0));
        long now = System.nanoTime();
        long by = now + SETTLE_MILLIS * 1_000_000;
        stage.history().write(new Observation.Quiet(now, names, names.size(), by, true, true));
        if (forgottenSince != 0) {
            stage.history().write(new Observation.JobsForgotten(now, forgottenSince));
            forgottenSince = 0;
        }
        Thread.sleep(SETTLE_MILLIS + LOOK_ON_MILLIS);
        return true;
    }

    /** First one gracefully, which is judged more strictly; then all. */
    private void leave(Stage stage) throws InterruptedException {
        Cast cast = stage.cast();
        if (problems.isEmpty()) {
            endJobs(stage);
            stage.history()
                    .write(
                            new Observation.Disturbed(
                                    System.nanoTime(), RunFacts.GRACEFUL, HANDOFF_NANOS));
            say("one leaves");
            leaveOne(cast, cast.member(0));
            rest(stage, RunFacts.GRACEFUL, bound(Fault.LEAVE_AND_JOIN));
        }
        disturb(stage, RunFacts.DRAIN);
        say("all leave");
        List<MemberProcess> rest = cast.present();
        rest.forEach(MemberProcess::tellToLeave);
        rest.forEach(member -> leaveOne(cast, member));
        if (!cast.endOnlooker(LEAVE_SECONDS)) {
            problem("the onlooker did not end within %d s".formatted(LEAVE_SECONDS));
        }
        stage.history().write(new Observation.Ended(System.nanoTime()));
    }

    /** Nobody submits any more, and what was submitted has to be done. */
    private void endJobs(Stage stage) throws InterruptedException {
        stage.cast().connected().forEach(MemberProcess::tellToCalmDown);
        // After mistakes on purpose they may never end, and that is not what is looked for.
        Duration patience =
                options.careless() == Carelessness.NONE ? JOB_ENDS_WITHIN : CARELESS_END_WITHIN;
        List<String> left = JobRest.await(stage.store(), patience);
        long now = System.nanoTime();
        stage.history().write(new Observation.JobsRested(now, left));
        say("no job is left" + (left.isEmpty() ? "" : ", but " + left));
    }

    private void leaveOne(Cast cast, MemberProcess member) {
        if (!cast.leave(member, LEAVE_SECONDS)) {
            problem("%s did not leave within %d s".formatted(member.name, LEAVE_SECONDS));
        }
    }

    /** What all of them use; also when a store has forgotten it. */
    private void addShared(Stage stage) throws InterruptedException {
        List<String> keys = new ArrayList<>();
        for (int key = 0; key < Roles.KEYS; key++) {
            keys.add("key-" + key);
        }
        long end = System.nanoTime() + FORM_WITHIN.toNanos();
        while (true) {
            try {
                Keys.of(stage.store(), facts.group(), Roles.LIST).add(keys);
                int unused = Jobs.create(stage.store(), Roles.QUEUE, Roles.QUEUE_PARTITIONS);
                return;
            } catch (RuntimeException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private ChaosResult judge(Ground ground, Cast cast) {
        for (Fault fault : Fault.values()) {
            ground.leftOut(fault).ifPresent(why -> facts.leaveOut(fault, why));
        }
        facts.count("connections through proxies", sum(cast, TcpProxy::accepted));
        facts.count("connections with swallowed replies", sum(cast, TcpProxy::swallowed));
        facts.count("connections torn in a frame", sum(cast, TcpProxy::torn));
        facts.count("notifications dropped", sum(cast, TcpProxy::droppedNotices));
        facts.write(options.folder());
        return ChaosResult.of(options.folder(), facts, problems);
    }

    private static long sum(Cast cast, ToLongFunction<TcpProxy> what) {
        return cast.proxies().stream().mapToLong(what).sum();
    }

    private void problem(String what) {
        problems.add(what);
        say("PROBLEM: " + what);
    }

    private void say(String what) {
        progress.accept("%6.1f s  %s".formatted((System.nanoTime() - began) / 1e9, what));
    }
}
