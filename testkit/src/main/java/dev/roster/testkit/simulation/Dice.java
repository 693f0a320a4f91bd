package dev.roster.testkit.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** One component's source of chance. */
final class Dice {
    private final SplittableRandom random;

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /** The dice of one component of the run with that seed. */
    static Dice of(long seed, String component) {
        return new Dice(
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ mixed(component.hashCode()))
                        .split());
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        return (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    }

    SplittableRandom random() {
        return random;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** At least {@code least}, at most {@code most}. */
    long between(long least, long most) {
        return most <= least ? least : random.nextLong(least, most + 1);
    }

    int between(int least, int most) {
        return (int) between((long) least, (long) most);
    }

    /** Around {@code mean}, as the waits between independent events are. */
    long around(long mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean);
    }

    /** Small values often, large ones at times: the logarithm is even. */
    long skewed(long least, long most) {
        double low = Math.log(least + 1.0);
        double high = Math.log(most + 1.0);
        return Math.min(most, (long) Math.exp(low + random.nextDouble() * (high - low)) - 1 + 0);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
