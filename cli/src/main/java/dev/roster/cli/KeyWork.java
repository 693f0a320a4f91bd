package dev.roster.cli;

import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.division.WorkHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the command for one key after the other. */
final class KeyWork implements WorkHandler {
    /** A service that ran for so long was well: its next restart waits as if it were the first. */
    private static final Duration WELL = Duration.ofSeconds(30);

    private static final int KILLED = 128 + 9;
    private static final Duration REGAIN_LOOK = Duration.ofMillis(50);

    private final Joined joined;
    private final Division division;
    private final CommandTemplate command;
    private final RunCommand options;
    private final AtomicInteger running = new AtomicInteger();

    KeyWork(Joined joined, Division division, CommandTemplate command, RunCommand options) {
        this.joined = joined;
        this.division = division;
        this.command = command;
        this.options = options;
    }

    /** How many commands run now. */
    int running() {
        return running.get();
    }

    @Override
    public void run(Ownership work) throws Exception {
        if (options.keep) {
            keep(work);
        }
        int exit = once(work, work.attempts() + 1);
        while (exit == KILLED && !work.isValid()) {
            // The watchdog did it, because this process was frozen: no fault of the command. Either
            // the lease comes back, or the key is lost and this thread interrupted.
            Thread.sleep(REGAIN_LOOK);
            if (work.isValid()) {
                exit = once(work, work.attempts() + 1);
            }
        }
        if (exit != 0) {
            throw new CommandFailedException(exit);
        }
        // At once: should the key be wanted elsewhere from now on, it is done all the same.
        division.done(work);
    }

    private void keep(Ownership work) throws Exception {
        int failures = 0;
        while (true) {
            long begun = System.nanoTime();
            int exit = once(work, failures + 1);
            boolean well = System.nanoTime() - begun > WELL.toNanos();
            failures = well ? 1 : failures + 1;
            if (options.attempts > 0 && failures >= options.attempts) {
                throw new CommandFailedException(exit);
            }
            Duration wait = options.wait(failures);
            joined.report.note(
                    "%s: ended with exit code %d, restarted in %s"
                            .formatted(work.key(), exit, DurationConverter.show(wait)));
            Thread.sleep(wait);
        }
    }

    private int once(Ownership work, int attempt) throws IOException, InterruptedException {
        Map<String, String> environment = joined.environment();
        environment.put("ROSTER_DIVISION", division.name());
        environment.put("ROSTER_KEY", work.key());
        environment.put("ROSTER_TOKEN", Long.toString(work.token()));
        environment.put("ROSTER_ATTEMPT", Integer.toString(attempt));
        Child child =
                joined.start(
                        command.with(Map.of("{}", work.key())),
                        environment,
                        (isError, line) -> joined.report.output("key", work.key(), isError, line),
                        () -> joined.report.tell(event("start", work).put("attempt", attempt)));
        running.incrementAndGet();
        boolean stopped = false;
        int exit = -1;
        try {
            exit = child.await();
        } catch (InterruptedException e) {
            // Told to stop just after the command had ended: what it did, it did.
            stopped = !child.stop(joined.grace(), work::isValid);
            exit = child.exitCode();
            if (stopped || exit != 0 || options.keep) {
                throw e;
            }
        } finally {
            running.decrementAndGet();
            joined.report.tell(
                    event("end", work)
                            .put("attempt", attempt)
                            .put("exit", exit)
                            .put("stopped", stopped));
        }
        return exit;
    }

    private Json event(String name, Ownership work) {
        return joined.report
                .event(name)
                .put("key", work.key())
                .put("token", work.token())
                .put("validUntil", System.nanoTime() + joined.member.leaseLeft().toNanos());
    }

    /** The command ended with another exit code than 0. */
    @SuppressWarnings("OverrideThrowableToString") // stored as it is, and read by people
    static final class CommandFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        CommandFailedException(int exit) {
            super(text(exit));
        }

        static String text(int exit) {
            return switch (exit) {
                case 126 -> "exit code 126: the command cannot be executed";
                case 127 -> "exit code 127: the command was not found";
                default ->
                        exit > 128
                                ? "exit code %d: ended by signal %d".formatted(exit, exit - 128)
                                : "exit code " + exit;
            };
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
