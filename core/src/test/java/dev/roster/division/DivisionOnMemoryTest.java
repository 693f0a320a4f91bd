package dev.roster.division;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DivisionOnMemoryTest {
    private static final JoinOptions FAST = JoinOptions.defaults().withLease(Duration.ofSeconds(2));

    @Test
    void threeMembersDoEveryKeyOnce() throws InterruptedException {
        MemoryStore store = new MemoryStore();
        Map<String, Integer> done = new ConcurrentHashMap<>();
        List<Member> members = new ArrayList<>();
        List<Division> divisions = new ArrayList<>();
        for (int m = 0; m < 3; m++) {
            // Whoever loses its lease to a pause of the JVM begins again what it was at.
            JoinOptions options = JoinOptions.defaults().withName("m" + m);
            Member member = Group.join(store, "importers", options);
            members.add(member);
            divisions.add(
                    Division.of(member, "feeds")
                            .start(work -> done.merge(work.key(), 1, Integer::sum)));
        }
        List<String> keys = new ArrayList<>();
        for (int k = 0; k < 100; k++) {
            keys.add("feed/" + k);
        }
        assertThat(divisions.getFirst().keys().add(keys)).isEqualTo(100);
        await(() -> done.size() == 100);
        await(() ->
                divisions.getFirst().keys().states("").stream()
                        .allMatch(key -> key.state() == KeyState.State.DONE));
        assertThat(done.values()).containsOnly(1);
        members.forEach(Member::close);
    }

    @Test
    void aSpaceIsBalancedAndMovesWhenAMemberLeaves() throws InterruptedException {
        MemoryStore store = new MemoryStore();
        List<Member> members = new ArrayList<>();
        List<Division> divisions = new ArrayList<>();
        for (int m = 0; m < 4; m++) {
            Member member = Group.join(store, "importers", FAST.withName("m" + m));
            members.add(member);
            divisions.add(
                    Division.space(member, "space", 64, DivisionOptions.defaults())
                            .start(work -> Thread.sleep(Duration.ofDays(1))));
        }
        await(() -> divisions.stream().allMatch(d -> d.held().size() == 16));
        for (Member member : members) {
            assertThat(member.awaitSlot(Duration.ofSeconds(20)).count()).isBetween(1, 4);
        }
        await(() ->
                members.stream().allMatch(m -> m.slot().map(s -> s.count() == 4).orElse(false)));
        members.get(1).close();
        await(() -> held(divisions) == 64);
        Map<Integer, Long> slots = new TreeMap<>();
        await(() ->
                members.get(0).slot().map(s -> s.count() == 3).orElse(false)
                        && members.get(2).slot().map(s -> s.count() == 3).orElse(false));
        members.get(2).cancel();
        await(() -> held(List.of(divisions.get(0), divisions.get(3))) == 64);
        members.forEach(Member::close);
        assertThat(slots).isEmpty();
    }

    private static int held(List<Division> divisions) {
        return divisions.stream().mapToInt(d -> d.held().size()).sum();
    }

    private interface Check {
        boolean holds();
    }

    private static void await(Check check) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!check.holds()) {
            assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
            Thread.sleep(5);
        }
    }
}
