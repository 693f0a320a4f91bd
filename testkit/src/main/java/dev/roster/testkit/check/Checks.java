package dev.roster.testkit.check;

import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judges a whole run at once. */
public final class Checks {
    private Checks() {}

    /** All that a run broke: for each checker its first violation. */
    public static List<Violated> over(List<Observation> run, Timing timing, boolean clocksWithin) {
        List<Violated> found = new ArrayList<>();
        for (Judgement judgement : judge(run, timing, clocksWithin)) {
            if (judgement.violation() != null) {
                found.add(judgement.violation());
            }
        }
        return found;
    }

    /** What each checker found in a run. One that found a violation looks no further. */
    public static List<Judgement> judge(
            List<Observation> run, Timing timing, boolean clocksWithin) {
        World world = new World();
        List<Checker> all = Referee.checkers(timing, clocksWithin);
        Map<Checker, Violated> found = new LinkedHashMap<>();
        for (Observation seen : run) {
            for (Checker checker : all) {
                if (!found.containsKey(checker)) {
                    try {
                        checker.see(seen, world);
                    } catch (Violated violated) {
                        found.put(checker, violated);
                    }
                }
            }
            world.apply(seen);
        }
        List<Judgement> judgements = new ArrayList<>();
        for (Checker checker : all) {
            judgements.add(
                    new Judgement(
                            checker.id(),
                            checker.tier(),
                            checker.statement(),
                            checker.judged(),
                            found.get(checker)));
        }
        return judgements;
    }
}
