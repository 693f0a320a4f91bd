package dev.roster.bench.route;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rendezvous hashing (highest random weight) as it is usually written: one hash for each member.
 */
final class Rendezvous {
    private static final HashFunction HASH = Hashing.murmur3_128();

    private final List<String> members = new ArrayList<>();
    private final List<Long> hashes = new ArrayList<>();

    Rendezvous(int count) {
        for (int m = 0; m < count; m++) {
            members.add("member-" + m);
            hashes.add(HASH.hashString(members.get(m), StandardCharsets.UTF_8).asLong());
        }
    }

    String owner(String key) {
        long hashed = HASH.hashString(key, StandardCharsets.UTF_8).asLong();
        long best = Long.MIN_VALUE;
        int owner = 0;
        for (int m = 0; m < members.size(); m++) {
            long weight = mix(hashed ^ hashes.get(m));
            if (weight > best) {
                best = weight;
                owner = m;
            }
        }
        return members.get(owner);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
