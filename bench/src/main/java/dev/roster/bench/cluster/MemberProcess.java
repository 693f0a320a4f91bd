package dev.roster.bench.cluster;

import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The process of one member. Reads {@code join NAME}, {@code leave} and {@code count}, and prints
 * one line for each thing that happens, with its {@link System#nanoTime}.
 */
public final class MemberProcess {
    static final int PARTITIONS = 256;

    /** Who was away for so long has lost everything, with the leases used here. */
    private static final long AWAY_NANOS = 1_000_000_000L;

    private final CountingStore store;
    private final Duration lease;
    private final boolean watched;
    private @Nullable Member member;
    private final Set<Ownership> owned = ConcurrentHashMap.newKeySet();
    private volatile long lastValid;

    private MemberProcess(CountingStore store, Duration lease, boolean watched) {
        this.store = store;
        this.lease = lease;
        this.watched = watched;
    }

    /** With the store's URL, the lease in milliseconds, and whether to watch its validity. */
    public static void main(String[] args) throws IOException {
        try (CountingStore store = new CountingStore(Store.open(args[0]))) {
            Duration lease = Duration.ofMillis(Long.parseLong(args[1]));
            new MemberProcess(store, lease, Boolean.parseBoolean(args[2])).obey();
        }
    }

    private void obey() throws IOException {
        Thread.ofPlatform().daemon().start(this::watchForStandstills);
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        print("ready");
        String line = commands.readLine();
        while (line != null) {
            switch (line) {
                case "leave" -> leave();
                case "count" -> print("counted " + store.counts());
                default -> join(line.substring("join ".length()));
            }
            line = commands.readLine();
        }
    }

    private void join(String name) {
        print("joining " + System.nanoTime());
        Member joined =
                Group.join(store, "bench", JoinOptions.defaults().withName(name).withLease(lease));
        member = joined;
        joined.listen(
                new GroupListener() {
                    @Override
                    public void problem(Problem problem) {
                        print("problem " + System.nanoTime() + " " + problem);
                    }
                });
        if (watched) {
            Thread.ofPlatform().daemon().start(() -> watchValidity(joined));
        }
        Division division = Division.space(joined, "keys", PARTITIONS, DivisionOptions.defaults());
        division.listen(new Work(division));
        print("joined " + System.nanoTime());
    }

    private void leave() {
        Member leaving = member;
        if (leaving == null) {
            return;
        }
        member = null;
        print("leaving " + System.nanoTime());
        boolean clean = leaving.leave(Duration.ofSeconds(20));
        print((clean ? "left " : "gone ") + System.nanoTime());
    }

    /** Tells when the member could not act, for as long as it is one. */
    private void watchValidity(Member of) {
        boolean was = false;
        try {
            while (of.equals(member)) {
                long now = System.nanoTime();
                boolean is = of.isValid();
                if (is) {
                    if (!was && lastValid != 0) {
                        print("valid " + now);
                    }
                    lastValid = now;
                } else if (was && of.equals(member)) {
                    print("invalid " + lastValid);
                }
                was = is;
                Thread.sleep(5);
            }
            lastValid = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After a standstill: for how long this process went on to believe that it owned keys. */
    private void watchForStandstills() {
        long before = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(2);
                long now = System.nanoTime();
                if (now - before > AWAY_NANOS) {
                    while (owned.stream().anyMatch(Ownership::isValid)
                            && System.nanoTime() - now < 12 * AWAY_NANOS) {
                        Thread.sleep(1);
                    }
                    print("stale " + (System.nanoTime() - now));
                }
                before = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void print(String line) {
        System.out.println(line);
    }

    private final class Work implements DivisionListener {
        private final Division division;

        Work(Division division) {
            this.division = division;
        }

        @Override
        public void start(Ownership ownership) {
            owned.add(ownership);
            print("start %d %s".formatted(System.nanoTime(), ownership.key()));
        }

        @Override
        public void stop(Ownership ownership, StopReason reason) {
            // What was lost could not be acted on since the member ceased to be valid.
            long end = reason == StopReason.LOST ? lastValid : System.nanoTime();
            owned.remove(ownership);
            print("stop %d %s".formatted(end, ownership.key()));
            division.confirm(ownership);
        }
    }
}
