package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How soon a member is evicted whose tie broke. */
final class TieEvictionTest {
    /** The grace, one turn, the interval at which the tie is told of, the eviction. */
    private static final long SOON_MILLIS = 250 + 50 + 100 + 10;

    @Test
    void a_dead_member_is_evicted_soon_after_its_tie_broke_whatever_its_rank() {
        for (int dead = 0; dead < 3; dead++) {
            TimedGroup group = new TimedGroup(8, 1000);
            List<TimedGroup.Person> people = new ArrayList<>();
            for (int m = 0; m < 3; m++) {
                people.add(group.join("m" + m));
                group.run(1000);
            }
            group.run(20_000);
            assertThat(group.members()).isEqualTo(3);

            group.kill(people.get(dead));
            group.run(SOON_MILLIS);

            assertThat(group.members()).as("with member %d dead", dead).isEqualTo(2);
        }
    }

    @Test
    void the_dead_that_die_together_do_not_wait_for_each_other() {
        TimedGroup group = new TimedGroup(8, 1000);
        List<TimedGroup.Person> people = new ArrayList<>();
        for (int m = 0; m < 3; m++) {
            people.add(group.join("m" + m));
            group.run(1000);
        }
        group.run(20_000);

        group.kill(people.get(0));
        group.kill(people.get(1));
        group.run(SOON_MILLIS);

        assertThat(group.members()).isEqualTo(1);
    }
}
