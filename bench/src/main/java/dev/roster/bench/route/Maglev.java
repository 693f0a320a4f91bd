package dev.roster.bench.route;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lookup table of Maglev: members take turns in choosing slots, each by a permutation of its
 * own. Source: Eisenbud and others, "Maglev: A Fast and Reliable Software Network Load Balancer",
 * NSDI 2016, section 3.4.
 */
final class Maglev {
    /** The paper's sizes: primes, at least a hundred times as many slots as members. */
    private static final int SMALL = 65_537;

    private static final int LARGE = 655_373;

    private static final HashFunction HASH = Hashing.murmur3_128();

    private final int[] table;

    /** With members 0 to {@code members} − 1. */
    Maglev(int members) {
        int slots = members <= SMALL / 100 ? SMALL : LARGE;
        int[] at = new int[members];
        int[] skip = new int[members];
        for (int member = 0; member < members; member++) {
            String name = "member-" + member;
            at[member] = Math.floorMod(hash("offset " + name), slots);
            skip[member] = Math.floorMod(hash("skip " + name), slots - 1) + 1;
        }
        table = new int[slots];
        Arrays.fill(table, -1);
        int filled = 0;
        while (filled < slots) {
            for (int member = 0; member < members && filled < slots; member++) {
                while (table[at[member]] >= 0) {
                    at[member] = (at[member] + skip[member]) % slots;
                }
                table[at[member]] = member;
                filled++;
            }
        }
    }

    int owner(String key) {
        return table[Math.floorMod(hash(key), table.length)];
    }

    private static long hash(String text) {
        return HASH.hashString(text, StandardCharsets.UTF_8).asLong();
    }
}
