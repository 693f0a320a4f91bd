package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.Problem;
import dev.roster.StoreUnavailableException;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A member that runs commands, from its joining to the exit code. */
final class Joined implements GroupListener, AutoCloseable {
    private static final Duration TICK_LEAST = Duration.ofMillis(100);
    private static final int TICKS_A_LEASE = 20;
    private static final Duration LEAVE_MARGIN = Duration.ofSeconds(10);

    final Member member;
    private final Children children;
    final Report report;
    private final MemberChoice choice;
    private final Store store;
    private final Duration tick;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private volatile boolean leaving;
    private volatile @Nullable Slot lastSlot;

    private Joined(MemberChoice choice, Store store, JoinOptions options, Report report) {
        this.choice = choice;
        this.store = store;
        this.report = report;
        Duration fine = options.lease().dividedBy(TICKS_A_LEASE);
        this.tick = fine.compareTo(TICK_LEAST) < 0 ? TICK_LEAST : fine;
        this.children = new Children(tick);
        this.member = Group.join(store, choice.where.group(), options);
    }

    /** Joins, and from now on ends on a signal. */
    static Joined join(MemberChoice choice) throws IOException {
        Store store = choice.where.open();
        try {
            String group = choice.where.group();
            JoinOptions options = choice.options(store, group);
            Joined joined = new Joined(choice, store, options, Report.of(choice));
            joined.begin();
            return joined;
        } catch (RuntimeException | IOException e) {
            store.close();
            throw e;
        }
    }

    private void begin() {
        report.names(member::name, member::incarnation);
        report.joined(choice.where.group());
        Signals.listen(this::signal);
        member.listen(this);
        Thread.ofPlatform().daemon().name("roster-guard").start(this::guard);
    }

    /** The watchdog ends the commands if this process freezes until its lease is over. */
    private void guard() {
        try {
            while (true) {
                tellWatchdog();
                Thread.sleep(tick);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellWatchdog() {
        Duration left = member.leaseLeft();
        // While the lease is being regained, each command is ended by its own thread.
        if (!left.isZero()) {
            children.watchdog().mayActFor(left);
        }
    }

    /** Starts a command without input, as {@link Children#start} does. */
    Child start(
            List<String> command, Map<String, String> environment, LineSink lines, Runnable begun)
            throws IOException {
        return start(command, environment, Bytes.EMPTY, lines, begun);
    }

    /** Starts a command, as {@link Children#start} does. */
    Child start(
            List<String> command,
            Map<String, String> environment,
            Bytes input,
            LineSink lines,
            Runnable begun)
            throws IOException {
        // After a freeze the watchdog kills what it guards until it hears that the lease is back.
        tellWatchdog();
        return children.start(command, environment, input, lines, begun);
    }

    private void signal(int number) {
        if (leaving) {
            report.note("leaving at once; the keys move when the lease is over");
            member.cancel();
            // The watchdog kills what runs as soon as this process is gone.
            Runtime.getRuntime().halt(Signals.exitCode(number));
        }
        leaving = true;
        end.complete(Signals.exitCode(number));
    }

    /** The run is over, with this exit code. */
    void finish(int exitCode) {
        end.complete(exitCode);
    }

    /** Waits until the run is over, at most so long; -1 if it is not. */
    int awaitEnd(Duration atMost) throws InterruptedException {
        try {
            return end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return -1;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the first view a moment, so that the first commands know their slot. */
    void awaitSlot(Duration atMost) throws InterruptedException {
        try {
            lastSlot = member.awaitSlot(atMost);
        } catch (StoreUnavailableException e) {
            // Then they do not.
        }
    }

    Duration grace() {
        return choice.grace;
    }

    /** Stops everything, gives it up and goes; then the others take over at once. */
    void leave() {
        leave(choice.grace);
    }

    /** The same with another time that what runs may take to stop. */
    void leave(Duration stopping) {
        leaving = true;
        if (!member.leave(stopping.plus(LEAVE_MARGIN))) {
            report.note("not everything could be given up; the rest moves when the lease is over");
        }
        report.left();
    }

    /** What a command learns of the member. The slot is the latest known, not a barrier. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        Slot slot = lastSlot;
        environment.put("ROSTER_GROUP", member.group());
        environment.put("ROSTER_STORE", choice.where.url());
        environment.put("ROSTER_MEMBER", member.name());
        environment.put("ROSTER_SLOT", slot == null ? "" : Integer.toString(slot.number()));
        environment.put("ROSTER_COUNT", slot == null ? "" : Integer.toString(slot.count()));
        environment.put("ROSTER_GENERATION", slot == null ? "" : Long.toString(slot.generation()));
        return environment;
    }

    @Override
    public void joined(String incarnation) {
        report.joined(choice.where.group());
    }

    @Override
    public void slotStarted(Slot slot) {
        lastSlot = slot;
    }

    @Override
    public void lost(String why) {
        report.lost(why);
    }

    @Override
    public void regained() {
        report.note("back in the group");
    }

    @Override
    public void left() {
        // Asked for or not: without a member there is nothing to run.
        finish(ExitCodes.ERROR);
    }

    @Override
    public void problem(Problem problem) {
        report.problem(problem);
    }

    @Override
    public void close() throws IOException {
        children.close();
        store.close();
        report.close();
    }
}
