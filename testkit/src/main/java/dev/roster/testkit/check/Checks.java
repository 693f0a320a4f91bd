package dev.roster.testkit.check;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Judges a whole run at once. */
public final class Checks {
    private Checks() {}

    /** All that a run broke: for each checker its first violation. */
    public static List<Violated> over(List<Observation> run, Timing timing, boolean clocksWithin) {
        World world = new World();
        List<Checker> checkers = new ArrayList<>(Referee.checkers(timing, clocksWithin));
        List<Violated> found = new ArrayList<>();
        for (Observation seen : run) {
            for (Iterator<Checker> rest = checkers.iterator(); rest.hasNext(); ) {
                try {
                    rest.next().see(seen, world);
                } catch (Violated violated) {
                    found.add(violated);
                    rest.remove();
                }
            }
            world.apply(seen);
        }
        return found;
    }
}
