package dev.roster.testkit.simulation;

import java.util.EnumSet;
import java.util.Objects;

/**
 * Makes a failing run smaller: leaves out faults and shortens the time as long as it fails in the
 * same way. Each component has chance of its own, so what is left goes much as it did.
 */
public final class Shrinker {
    private Shrinker() {}

    /** The smallest failing run that is found in at most so many tries. */
    public static Outcome shrink(Outcome failed, int tries) {
        String how = how(failed);
        Outcome smallest = failed;
        int left = tries;
        for (Fault fault : Fault.values()) {
            if (left > 0 && smallest.scenario().has(fault)) {
                EnumSet<Fault> fewer = EnumSet.noneOf(Fault.class);
                fewer.addAll(smallest.scenario().faults());
                fewer.remove(fault);
                left--;
                smallest =
                        smaller(
                                smallest,
                                smallest.scenario().with(fewer, smallest.scenario().faultNanos()),
                                how);
            }
        }
        while (left-- > 0) {
            long half = smallest.scenario().faultNanos() / 2;
            Outcome shorter =
                    smaller(
                            smallest,
                            smallest.scenario().with(smallest.scenario().faults(), half),
                            how);
            if (shorter.scenario().equals(smallest.scenario())) {
                break;
            }
            smallest = shorter;
        }
        return smallest;
    }

    private static Outcome smaller(Outcome present, Scenario scenario, String how) {
        Outcome tried = SimulationRun.of(present.seed(), scenario);
        return !tried.isGood() && how(tried).equals(how) ? tried : present;
    }

    /** The statement that was broken, or the kind of exception. */
    private static String how(Outcome failed) {
        Throwable failure = Objects.requireNonNull(failed.failure());
        String message = String.valueOf(failure.getMessage());
        return failure.getClass().getSimpleName() + message.split(" ", 2)[0];
    }
}
