package dev.roster.bench.route;

import com.google.common.hash.Hashing;
import dev.roster.KeyHash;
import dev.roster.bench.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.spy.memcached.KetamaNodeLocator;

/** How evenly keys are spread over members, and how many go elsewhere when one more joins. */
final class SpreadTable {
    private static final int KEYS = 1_000_000;
    private static final String HEAD =
            """
            | by | members | fullest member, of the mean | moved when one joins | of the fewest |
            | --- | --- | --- | --- | --- |
            """;

    private final StringBuilder rows = new StringBuilder(HEAD);

    static String markdown() {
        SpreadTable table = new SpreadTable();
        for (int members : List.of(10, 1000)) {
            table.row("Roster, 16,384 partitions", members, roster(members), grown(members));
            table.row("jump (Guava's `consistentHash`)", members, jump(members), jump(members + 1));
            table.row("ketama (spymemcached)", members, ketama(members), ketama(members + 1));
            table.row(
                    "Maglev's table",
                    members,
                    new Maglev(members)::owner,
                    new Maglev(members + 1)::owner);
            table.row(
                    "rendezvous",
                    members,
                    new Rendezvous(members)::owner,
                    new Rendezvous(members + 1)::owner);
        }
        return table.rows.toString();
    }

    /** Partitions in turn: what quotas give from nothing. */
    private static Function<String, Object> roster(int members) {
        return key -> KeyHash.FNV64_MIX13.partition(key, 16_384) % members;
    }

    /** The same after one more has joined and taken its quota, from each as much as it has over. */
    private static Function<String, Object> grown(int members) {
        int[] owners = new int[16_384];
        int quota = 16_384 / (members + 1);
        int taken = 0;
        for (int p = 0; p < owners.length; p++) {
            owners[p] = p % members;
            boolean isOver = p / members >= quota;
            if (isOver && taken < quota) {
                owners[p] = members;
                taken++;
            }
        }
        return key -> owners[KeyHash.FNV64_MIX13.partition(key, 16_384)];
    }

    private static Function<String, Object> jump(int members) {
        return key ->
                Hashing.consistentHash(
                        Hashing.murmur3_128().hashString(key, StandardCharsets.UTF_8), members);
    }

    private static Function<String, Object> ketama(int members) {
        KetamaNodeLocator ring = Ketama.ring(members);
        return key -> ring.getPrimary(key).getSocketAddress();
    }

    private void row(
            String by,
            int members,
            Function<String, Object> before,
            Function<String, Object> after) {
        int keys = members > 100 && by.startsWith("rendezvous") ? KEYS / 10 : KEYS;
        Map<Object, Integer> counts = new HashMap<>();
        int moved = 0;
        for (int k = 0; k < keys; k++) {
            String key = "user/" + k;
            Object owner = before.apply(key);
            counts.merge(owner, 1, Integer::sum);
            moved += owner.equals(after.apply(key)) ? 0 : 1;
        }
        double mean = (double) keys / members;
        List<Integer> sizes = new ArrayList<>(counts.values());
        double most = Samples.of(sizes).most() / mean;
        double fewest = (double) keys / (members + 1);
        rows.append(
                "| %s | %d | %.2f | %.3f %% | %.2f |\n"
                        .formatted(by, members, most, 100.0 * moved / keys, moved / fewest));
    }
}
