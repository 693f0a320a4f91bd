package dev.roster.testkit.simulation;

import dev.roster.protocol.Timing;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The configuration of a run.
 *
 * @param personality the kind of store
 * @param members how many processes there are at first
 * @param keys how many keys the key list has at first; no list without
 * @param partitions of the key space; no space without
 * @param timing the group's times
 * @param latencyNanos how long a message is under way, at most, when nothing is wrong
 * @param faults what is done to the group
 * @param faultEveryNanos time between two faults, on average, in the whole group
 * @param trouble how likely a fault of a single message is, for those that are on
 * @param faultNanos how long the phase of faults lasts
 * @param liveness whether the group has to converge afterwards
 * @param driftPerMille by how much the rate of a clock is wrong, at most
 * @param slotHandlers how many of ten processes have a handler for slots
 * @param limited whether members take only so many keys
 * @param uneven whether weights and affinities differ
 * @param reckless whether handlers write without asking their guard
 * @param writeEveryNanos time between two effects of one handler
 * @param stopNanos how long a handler may take to stop
 * @param operations most operations that one commit carries
 * @param jobs how many partitions the queue of jobs has; no queue without
 */
public record Scenario(
        Personality personality,
        int members,
        int keys,
        int partitions,
        Timing timing,
        long latencyNanos,
        Set<Fault> faults,
        long faultEveryNanos,
        double trouble,
        long faultNanos,
        boolean liveness,
        int driftPerMille,
        int slotHandlers,
        boolean limited,
        boolean uneven,
        boolean reckless,
        long writeEveryNanos,
        long stopNanos,
        int operations,
        int jobs) {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** The configuration that belongs to a seed. */
    public static Scenario draw(long seed) {
        Dice dice = Dice.of(seed, "scenario");
        Personality personality = Dice.of(seed, "personality").oneOf(List.of(Personality.values()));
        int members = (int) dice.skewed(1, 20);
        boolean list = dice.chance(0.7);
        int keys = list ? (int) dice.skewed(1, 500) : 0;
        int partitions = !list || dice.chance(0.4) ? dice.between(1, 64) : 0;
        long lease = dice.oneOf(List.of(2, 2, 3, 5, 10, 15)) * SECOND;
        boolean liveness = dice.chance(0.7);
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        double density = dice.oneOf(List.of(0.1, 0.3, 0.5, 0.9));
        for (Fault fault : Fault.values()) {
            if (dice.chance(density) && personality.allows(fault)) {
                faults.add(fault);
            }
        }
        boolean beyond = dice.chance(0.05);
        return new Scenario(
                personality,
                members,
                keys,
                partitions,
                new Timing(lease, Timing.DRIFT_PER_MILLE),
                dice.skewed(1, 60) * MILLI,
                faults,
                Math.max(
                        SECOND / 5,
                        dice.skewed(2, 40) * SECOND / (liveness ? members : 2L * members)),
                dice.oneOf(List.of(0.002, 0.01, 0.05, 0.15)),
                lease * dice.between(6, 20),
                liveness,
                beyond ? 50 : Timing.DRIFT_PER_MILLE,
                dice.oneOf(List.of(0, 5, 10, 10)),
                dice.chance(0.2),
                dice.chance(0.3),
                dice.chance(0.3),
                dice.skewed(200, 10_000) * MILLI,
                dice.oneOf(List.of(500, 1000, 2000, 5000)) * MILLI,
                Math.min(dice.oneOf(List.of(16, 64, 128, 1000)), personality.operations()),
                jobs(seed));
    }

    private static int jobs(long seed) {
        Dice dice = Dice.of(seed, "jobs");
        return dice.chance(0.2) ? dice.between(1, 6) : 0;
    }

    /**
     * The scenario by which speed is told: ten members, a hundred keys, sixteen partitions, a fault
     * somewhere every five seconds.
     */
    public static Scenario reference() {
        return new Scenario(
                Personality.ETCD,
                10,
                100,
                16,
                new Timing(15 * SECOND, Timing.DRIFT_PER_MILLE),
                10 * MILLI,
                EnumSet.of(
                        Fault.CRASH,
                        Fault.PAUSE,
                        Fault.PARTITION,
                        Fault.ONE_WAY,
                        Fault.REPLY_LOST,
                        Fault.LATE,
                        Fault.LEAVE,
                        Fault.KEYS),
                5 * SECOND,
                0.01,
                3600 * SECOND,
                true,
                Timing.DRIFT_PER_MILLE,
                10,
                false,
                false,
                false,
                5 * SECOND,
                5 * SECOND,
                126,
                0);
    }

    /** The same without some faults, and with faults for a shorter time. */
    Scenario with(Set<Fault> fewer, long shorterNanos) {
        return new Scenario(
                personality,
                members,
                keys,
                partitions,
                timing,
                latencyNanos,
                fewer,
                faultEveryNanos,
                trouble,
                shorterNanos,
                liveness,
                driftPerMille,
                slotHandlers,
                limited,
                uneven,
                reckless,
                writeEveryNanos,
                stopNanos,
                operations,
                jobs);
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** Whether processes have ties. */
    boolean hasTies() {
        return has(Fault.TIES) || has(Fault.TIE_WRONG) || has(Fault.TIE_LOST);
    }

    /** How likely a message meets this fault. */
    double trouble(Fault fault) {
        return has(fault) ? trouble : 0;
    }

    /**
     * Whether all that Tier B rests on is as the protocol supposes: the rates of clocks, and that a
     * broken tie means an ended process.
     */
    boolean allAsSupposed() {
        return driftPerMille <= timing.driftPerMille() && !has(Fault.TIE_WRONG);
    }

    /** How long an answer is waited for. */
    long operationNanos() {
        return Math.min(2 * SECOND, timing.renewNanos() / 2);
    }
}
