package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a change of the members costs: how long keys are without an owner, how many commits. */
final class HandoffCostTest {
    private static final int PARTITIONS = 256;
    private static final int OPERATIONS = 1000;

    /** One commit, its notice, and what is waited for others that stop, too. */
    private static final long ONE_STEP =
            TimedGroup.COMMIT + TimedGroup.NOTICE + 2 * TimedGroup.MILLI;

    private static TimedGroup group(int members) {
        TimedGroup group = new TimedGroup(PARTITIONS, OPERATIONS);
        for (int m = 0; m < members; m++) {
            group.join("m" + m);
            group.run(1000);
        }
        group.run(5000);
        assertThat(group.owned()).hasSize(members);
        group.stoppedAt.clear();
        return group;
    }

    @Test
    void a_key_that_moves_to_a_newcomer_is_without_owner_for_one_commit() {
        TimedGroup group = group(2);

        group.join("new");
        group.run(3000);

        assertThat(group.owned()).containsOnlyKeys("m0", "m1", "new").containsEntry("new", 85);
        assertThat(group.gaps()).hasSize(85);
        assertThat(Collections.max(group.gaps())).isLessThanOrEqualTo(ONE_STEP);
    }

    @Test
    void the_keys_of_a_leaver_are_without_owner_for_one_commit() {
        for (int leaver = 0; leaver < 3; leaver++) {
            TimedGroup group = new TimedGroup(PARTITIONS, OPERATIONS);
            List<TimedGroup.Person> people = new ArrayList<>();
            for (int m = 0; m < 3; m++) {
                people.add(group.join("m" + m));
                group.run(1000);
            }
            group.run(5000);
            group.stoppedAt.clear();

            people.get(leaver).on(new Event.Leave());
            group.run(3000);

            assertThat(people.get(leaver).isGone).isTrue();
            assertThat(people.get(leaver).stopped).contains(Effect.StopReason.LEAVING);
            assertThat(group.owned()).hasSize(2).doesNotContainKey("m" + leaver);
            assertThat(group.gaps()).hasSizeBetween(85, 86);
            assertThat(Collections.max(group.gaps())).isLessThanOrEqualTo(ONE_STEP);
        }
    }

    @Test
    void what_one_member_gives_up_at_once_is_one_commit() {
        TimedGroup group = group(2);
        List<Effect.Send> sent = new ArrayList<>();
        group.observer =
                send -> {
                    if (TimedGroup.isAboutOwners(send)) {
                        sent.add(send);
                    }
                    return true;
                };

        group.join("new");
        group.run(3000);

        assertThat(sent).hasSize(2);
    }

    @Test
    void a_member_that_is_alone_leaves_without_waiting() {
        TimedGroup group = new TimedGroup(PARTITIONS, OPERATIONS);
        TimedGroup.Person alone = group.join("alone");
        group.run(5000);

        alone.on(new Event.Leave());
        group.run(50);

        assertThat(alone.isGone).isTrue();
        assertThat(group.owned()).isEmpty();
    }

    @Test
    void a_leaver_gives_up_what_nobody_plans_for() {
        TimedGroup group = new TimedGroup(PARTITIONS, OPERATIONS);
        TimedGroup.Person first = group.join("m0");
        group.run(1000);
        TimedGroup.Person second = group.join("m1");
        group.run(5000);
        String plan = new Layout("g").division(TimedGroup.DIVISION).plan();
        group.observer =
                send ->
                        send.commit().operations().stream()
                                .noneMatch(operation -> operation.key().equals(plan));

        second.on(new Event.Leave());
        group.run(2000);

        assertThat(second.isGone).isTrue();
        assertThat(first.isGone).isFalse();
        assertThat(group.owned()).containsOnlyKeys("m0").containsEntry("m0", 128);
    }

    @Test
    void all_members_that_leave_together_leave_nothing_behind() {
        for (int apart = 0; apart < 24; apart++) {
            TimedGroup group = new TimedGroup(PARTITIONS, OPERATIONS);
            List<TimedGroup.Person> people = new ArrayList<>();
            for (int m = 0; m < 3; m++) {
                people.add(group.join("m" + m));
                group.run(1000);
            }
            group.run(5000);

            for (TimedGroup.Person person : people) {
                person.on(new Event.Leave());
                group.run(apart);
            }
            group.run(3000);

            assertThat(people).allMatch(person -> person.isGone);
            assertThat(group.owned()).isEmpty();
        }
    }

    @Test
    void a_leaver_that_hears_late_waits_for_what_was_handed_to_it() {
        for (int apart = 0; apart < 24; apart++) {
            TimedGroup group = new TimedGroup(1, OPERATIONS);
            TimedGroup.Person owner = group.join("m0");
            group.run(1000);
            TimedGroup.Person other = group.join("m1");
            other.lateNanos = 30 * TimedGroup.MILLI;
            group.run(5000);
            assertThat(group.owned()).containsOnlyKeys("m0");

            owner.on(new Event.Leave());
            group.run(apart);
            other.on(new Event.Leave());
            group.run(3000);

            assertThat(List.of(owner, other)).allMatch(person -> person.isGone);
            assertThat(group.owned()).isEmpty();
        }
    }

    @Test
    void a_join_costs_store_operations_in_proportion_to_the_members() {
        List<Long> costs = new ArrayList<>();
        for (int members : List.of(3, 6, 12, 24)) {
            TimedGroup group = group(members);
            long quiet = group.commits + group.reads;
            group.run(3000);
            quiet = group.commits + group.reads - quiet;
            long before = group.commits + group.reads;

            group.join("new");
            group.run(3000);

            assertThat(group.owned()).hasSize(members + 1);
            costs.add(group.commits + group.reads - before - quiet);
        }
        System.out.println("A join among 3, 6, 12, 24 members costs " + costs);
        // Twice the members, twice the cost: four times would be quadratic.
        for (int i = 1; i < costs.size(); i++) {
            assertThat(costs.get(i)).isLessThanOrEqualTo(5 * costs.get(i - 1) / 2);
        }
        assertThat(costs.getLast()).isLessThanOrEqualTo(24 * 6);
    }
}
