package dev.roster.testkit.check;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a run's observations, one by one, to the checkers. Work for each is constant on average.
 */
public final class Referee {
    private final World world = new World();
    private final List<Checker> checkers;

    public Referee(List<Checker> checkers) {
        this.checkers = List.copyOf(checkers);
    }

    /**
     * All checkers.
     *
     * @param timing the group's times
     * @param clocksWithin whether the rates of all clocks are within the tolerance: if not, Tier B
     *     is left out
     */
    public static List<Checker> checkers(Timing timing, boolean clocksWithin) {
        List<Checker> all =
                new ArrayList<>(
                        List.of(
                                new M1(),
                                new M2(),
                                new M3(),
                                new M4a(),
                                new M4b(),
                                new M5(),
                                new M6(),
                                new M7(),
                                new M8(timing),
                                new M9(),
                                new K1(),
                                new K2(),
                                new K3(),
                                new K4(),
                                new K5(),
                                new K6(),
                                new K7(),
                                new K8(),
                                new R1(),
                                new R2(),
                                new R3(),
                                new R4(),
                                new J1(),
                                new J2(),
                                new J3(),
                                new J4(),
                                new J5(),
                                new J6(clocksWithin),
                                new J7(),
                                new J8(),
                                new J9(),
                                new W1()));
        all.removeIf(checker -> !clocksWithin && checker.tier() == Checker.Tier.B);
        return all;
    }

    /**
     * Looks at what happened next.
     *
     * @throws Violated a promise was broken
     */
    public void see(Observation seen) {
        for (Checker checker : checkers) {
            checker.see(seen, world);
        }
        world.apply(seen);
    }
}
