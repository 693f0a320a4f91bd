package dev.roster.router;

import dev.roster.InvalidInputException;
import dev.roster.KeyHash;
import dev.roster.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The table of fixed targets. */
final class FixedTargets {
    private static final int MOST = 1024;

    /** As many for any count, so that a slice's number does not depend on it. */
    private static final int SLICES = 64 * MOST;

    private FixedTargets() {}

    static Routes routes(String prefix, int index, int count) {
        if (count < 1 || count > MOST) {
            throw new InvalidInputException(
                    "Fixed routing has 1 to %d targets; this one has %d.".formatted(MOST, count));
        }
        if (index < 0 || index >= count) {
            throw new InvalidInputException(
                    "The index is %d, and with %d targets the limit is 0 to %d."
                            .formatted(index, count, count - 1));
        }
        List<Target> targets = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            String name = Limits.checkedName("target name", prefix + k);
            targets.add(new Target(name, name, "", OptionalInt.of(k)));
        }
        Route[] routes = new Route[SLICES];
        for (int slice = 0; slice < SLICES; slice++) {
            Target owner = targets.get(jump(slice, count));
            routes[slice] = new Route(slice, Optional.of(owner), 0, 0);
        }
        return new Routes(0, KeyHash.FNV64_MIX13, routes, targets);
    }

    /** Jump consistent hash (Lamping, Veach, 2014) of a slice's number. */
    private static int jump(int slice, int count) {
        long key = slice * 0x9E3779B97F4A7C15L;
        long bucket = -1;
        long next = 0;
        while (next < count) {
            bucket = next;
            key = key * 2862933555777941757L + 1;
            next = (long) ((bucket + 1) * ((double) (1L << 31) / (double) ((key >>> 33) + 1)));
        }
        return (int) bucket;
    }
}
