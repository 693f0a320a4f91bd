package dev.roster.testkit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is done in a run and when, drawn from its seed: the faults by turns, each round in an order
 * of its own, so that all come about equally often. From the second round on some come in twos.
 */
public final class Plan {
    private static final long PAUSE_MILLIS = 1500;

    /** What can be done at the same time as something else. */
    private static final List<Fault> TOGETHER =
            List.of(
                    Fault.FREEZE_MEMBER,
                    Fault.PARTITION,
                    Fault.DELAY_200_MS,
                    Fault.SWALLOWED_REPLIES,
                    Fault.TORN_FRAMES);

    private Plan() {}

    /**
     * Draws a plan.
     *
     * @param faults those that the store has
     * @param time no deed begins after it; but each fault is done once at least if it is zero
     */
    public static List<Deed> draw(
            long seed, List<Fault> faults, int members, Duration lease, Duration time) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Deed> deeds = new ArrayList<>();
        long at = 0;
        while (!faults.isEmpty()) {
            List<Fault> round = new ArrayList<>(faults);
            while (!round.isEmpty()) {
                Fault fault = round.remove(random.nextInt(round.size()));
                Duration lasts = lasts(fault, lease, time, random);
                if (!time.isZero() && at > time.toMillis()) {
                    return deeds;
                }
                int target = random.nextInt(members);
                Fault also = also(fault, faults, random);
                boolean isFirstRound = deeds.size() < faults.size();
                deeds.add(
                        new Deed(
                                Duration.ofMillis(at),
                                fault,
                                target,
                                lasts,
                                isFirstRound ? null : also));
                at += lasts.toMillis() + PAUSE_MILLIS;
            }
            if (time.isZero()) {
                return deeds;
            }
        }
        return deeds;
    }

    /** Draws a plan of nothing but kills, each as soon as the one before has been undone. */
    static List<Deed> kills(long seed, int kills, int members, Duration lease) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Deed> deeds = new ArrayList<>();
        for (int n = 0; n < kills; n++) {
            int target = random.nextInt(members);
            // Some are back before their lease is over.
            double part = random.nextDouble();
            Duration lasts = Duration.ofMillis((long) (lease.toMillis() * part * part));
            deeds.add(new Deed(Duration.ZERO, Fault.KILL_MEMBER, target, lasts, null));
        }
        return deeds;
    }

    /**
     * A second fault for the same time, now and then. None with a store that forgets: members have
     * to remember then.
     */
    private static @Nullable Fault also(Fault fault, List<Fault> faults, SplittableRandom random) {
        List<Fault> possible = new ArrayList<>(TOGETHER);
        possible.retainAll(faults);
        possible.remove(fault);
        boolean together = random.nextInt(2) == 0;
        return possible.isEmpty() || fault.isForgetful() || !together
                ? null
                : possible.get(random.nextInt(possible.size()));
    }

    private static Duration lasts(
            Fault fault, Duration lease, Duration time, SplittableRandom random) {
        double leases =
                switch (fault) {
                    case FREEZE_MEMBER, FREEZE_SERVER, SERVER_CUT_OFF ->
                            random.nextDouble(1.5, 2.5);
                    case BRIEF_FREEZE -> random.nextDouble(0.1, 0.5);
                    case KILL_MEMBER, KILL_ALL_MEMBERS -> random.nextDouble(0.1, 1.5);
                    case PARTITION, CUT_REQUESTS, CUT_REPLIES -> random.nextDouble(0.5, 2.5);
                    case DELAY_200_MS, NO_NOTICES, STORE_FULL -> random.nextDouble(1.5, 2.5);
                    case DELAY_2_S, CONNECTION_LIMIT, STORE_LOCKED -> random.nextDouble(1.2, 2.0);
                    case FLAPPING -> random.nextDouble(1.0, 2.0);
                    // A minute in runs of five and more.
                    case SERVER_DOWN ->
                            Math.clamp(
                                    time.toMillis() / 5.0 / lease.toMillis(),
                                    1.5,
                                    60_000.0 / lease.toMillis());
                    case LEAVE_AND_JOIN,
                            SWALLOWED_REPLIES,
                            TORN_FRAMES,
                            KILL_SERVER,
                            RESTART_SERVER,
                            WIPE,
                            RESTORE,
                            FAILOVER ->
                            0.3;
                };
        return Duration.ofMillis((long) (lease.toMillis() * leases));
    }
}
