package dev.roster.testkit.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a run is to be.
 *
 * @param store which store: {@code sqlite}, {@code postgresql}, {@code pgbouncer}, {@code redis},
 *     {@code etcd} or {@code etcd-cluster} for a server of the run's own, or the URL of one that is
 *     there, to which nothing is done but on the way to it
 * @param seed draws the plan
 * @param time no new fault is begun after it
 * @param kills how many members are killed, one soon after the other, and nothing else is done; 0:
 *     the faults are
 * @param members how many members there are, at least 2
 * @param lease the group's lease
 * @param faults which faults, none: all that the store has
 * @param careless which mistake the processes make on purpose, which shows whether the run notices
 * @param folder where histories and logs are written; it is created
 */
public record ChaosOptions(
        String store,
        long seed,
        Duration time,
        int kills,
        int members,
        Duration lease,
        List<Fault> faults,
        Carelessness careless,
        Path folder) {
    /** The lease of a run unless told otherwise: short, so that a minute holds twenty. */
    public static final Duration LEASE = Duration.ofSeconds(3);

    /** How many members a run has unless told otherwise. */
    public static final int MEMBERS = 4;

    /** All histories are held in memory when they are judged. */
    private static final int MOST_KILLS = 10_000;

    public ChaosOptions {
        faults = List.copyOf(faults);
        if (members < 2 || members > 50) {
            throw new IllegalArgumentException(
                    "A run has 2 to 50 members; this one has %d.".formatted(members));
        }
        if (kills < 0 || kills > MOST_KILLS) {
            throw new IllegalArgumentException(
                    "A run has 0 to %d kills; this one has %d.".formatted(MOST_KILLS, kills));
        }
        if (kills > 0 && !List.of(Fault.KILL_MEMBER).containsAll(faults)) {
            throw new IllegalArgumentException(
                    "A run of so many kills has no other fault than KILL_MEMBER; this one has %s."
                            .formatted(faults));
        }
    }
}
