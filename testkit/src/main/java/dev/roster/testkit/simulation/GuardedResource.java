package dev.roster.testkit.simulation;

import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import java.util.HashMap;
import java.util.Map;

/** Something outside the store that remembers, for each key, the largest token it has seen. */
final class GuardedResource {
    private final Simulation simulation;
    private final Map<Work, Long> largest = new HashMap<>();

    GuardedResource(Simulation simulation) {
        this.simulation = simulation;
    }

    void effect(String member, Work work, long token) {
        long before = largest.getOrDefault(work, 0L);
        if (token < before) {
            simulation.tally.count(Sometimes.ZOMBIE_REFUSED);
            simulation.observe(
                    new Observation.EffectRefused(
                            simulation.now(), member, work.division(), work.key(), token, false));
            return;
        }
        largest.put(work, token);
        simulation.tally.count(Sometimes.EFFECT_ACCEPTED);
        simulation.observe(
                new Observation.EffectAccepted(
                        simulation.now(), member, work.division(), work.key(), token, false));
    }
}
