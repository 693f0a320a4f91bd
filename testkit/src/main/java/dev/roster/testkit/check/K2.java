package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/**
 * After an effect under a token none under a smaller one is accepted; in the store, none but under
 * the present one.
 */
final class K2 extends Checker {
    /** By resource: the store is one, all that is outside another. */
    private record Resource(Work work, boolean inStore) {}

    private final Map<Resource, Long> largest = new HashMap<>();

    K2() {
        super(
                Tier.A,
                "After an effect under a token none under a smaller one is accepted; in the store, none but under the present one.");
    }

    @Override
    void see(Observation seen, World world) {
        if (!(seen instanceof Observation.EffectAccepted effect)) {
            return;
        }
        Work work = new Work(effect.division(), effect.key());
        Resource resource = new Resource(work, effect.inStore());
        long before = largest.getOrDefault(resource, 0L);
        require(
                effect.token() >= before,
                seen,
                "an effect on %s under token %d of %s was accepted after one under %d",
                work,
                effect.token(),
                effect.member(),
                before);
        largest.put(resource, effect.token());
        if (effect.inStore()) {
            World.Owner owner = world.owners.get(work);
            require(
                    owner != null
                            && owner.token() == effect.token()
                            && owner.member().equals(effect.member()),
                    seen,
                    "the store accepted an effect on %s of %s under token %d; the owner is %s",
                    work,
                    effect.member(),
                    effect.token(),
                    owner);
        }
    }
}
