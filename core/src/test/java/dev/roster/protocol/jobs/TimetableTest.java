package dev.roster.protocol.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimetableTest {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long BEGIN = 1_700_000_040L * SECOND;
    private static final int PARTITIONS = 4;
    private static final int MOST = 3;
    private static final FireTimes MINUTELY = time -> (time / MINUTE + 1) * MINUTE;

    /** What stands in the queue: how far each schedule has come, and the jobs by their ids. */
    private final Map<String, Bytes> fired = new TreeMap<>();

    private final List<String> submitted = new ArrayList<>();
    private final Timetable timetable = owning();
    private ScheduleRecord record = record(MissedPolicy.LAST, 1);
    private long now = BEGIN;

    private static Timetable owning() {
        Timetable made = new Timetable(PARTITIONS, MOST);
        made.own(Set.of(0, 1, 2, 3));
        return made;
    }

    private static ScheduleRecord record(MissedPolicy missed, int most) {
        JobRecord job = Rig.job("t", "k");
        return new ScheduleRecord("x", BEGIN, false, missed, most, 10 * SECOND, 3, job);
    }

    private void put(MissedPolicy missed, int most) {
        record = record(missed, most);
        timetable.put("a", record, MINUTELY);
    }

    private void look(Timetable table) {
        for (String name : table.unread(now)) {
            Bytes found = fired.get(name);
            try {
                table.read(name, found == null ? null : FiredRecord.parse(found));
            } catch (CorruptRecordException e) {
                table.corrupt(name, now);
            }
        }
    }

    private boolean apply(Timetable.Turn turn) {
        Proviso proviso = timetable.provisos(turn).getFirst();
        assertThat(proviso.partition()).isEqualTo(turn.partition());
        assertThat(proviso.spot()).isEqualTo(Timetable.spot(turn.name()));
        if (!Objects.equals(fired.get(turn.name()), proviso.value())) {
            return false;
        }
        assertThat(turn.steps()).hasSize(1 + turn.fires().size());
        fired.put(turn.name(), turn.after().toBytes());
        turn.fires().forEach(fire -> submitted.add(fire.spot().id()));
        return true;
    }

    private void go(Timetable table) {
        look(table);
        for (Timetable.Turn turn : table.turns(now)) {
            table.written(turn, apply(turn), now);
        }
    }

    private void go() {
        go(timetable);
    }

    private static String id(long minute) {
        return Timetable.id("a", BEGIN + minute * MINUTE);
    }

    @Test
    void each_fire_time_makes_one_job_with_an_id_that_tells_it() {
        put(MissedPolicy.LAST, 1);
        go();
        assertThat(submitted).as("the one that it began with was before").isEmpty();
        assertThat(timetable.wakeAt()).isEqualTo(BEGIN + MINUTE);
        now = BEGIN + MINUTE;
        look(timetable);
        Timetable.Turn turn = timetable.turns(now).getFirst();
        assertThat(timetable.turns(now)).as("while it is under way").isEmpty();
        Timetable.Fire fire = turn.fires().getFirst();
        assertThat(fire.spot()).isEqualTo(new Spot(3, now, "a:2023-11-14T22:15:00Z"));
        assertThat(fire.partition()).isEqualTo(Timetable.partitionOf("k", PARTITIONS));
        assertThat(fire.job().headers())
                .containsEntry(Timetable.SCHEDULE, "a")
                .containsEntry(Timetable.FIRE_TIME, "2023-11-14T22:15:00Z");
        assertThat(fire.job().submitted()).isEqualTo(now);
        timetable.written(turn, apply(turn), now);
        now = BEGIN + 2 * MINUTE + 1;
        go();
        go();
        assertThat(submitted).containsExactly(id(1), id(2));
    }

    @Test
    void an_expiry_begins_when_the_job_is_submitted() {
        JobRecord job = Rig.job("t", "");
        JobRecord expires =
                new JobRecord("t", "", "", Bytes.EMPTY, job.headers(), 0, 0, 5, 7, 2, 0, List.of());
        timetable.put(
                "a",
                new ScheduleRecord("x", BEGIN, false, MissedPolicy.LAST, 1, 0, 3, expires),
                MINUTELY);
        look(timetable);
        now = BEGIN + MINUTE;
        JobRecord made = timetable.turns(now).getFirst().fires().getFirst().job();
        assertThat(made.expires()).isEqualTo(now + 5);
        assertThat(made.timeout()).isEqualTo(7);
        assertThat(made.maxAttempts()).isEqualTo(2);
    }

    @Test
    void of_many_that_passed_the_last_one_counts() {
        put(MissedPolicy.LAST, 1);
        now = BEGIN + 500_000 * MINUTE + 7;
        go();
        go();
        assertThat(submitted).containsExactly(id(500_000));
    }

    @Test
    void all_that_passed_count_up_to_the_limit_a_few_at_a_time() {
        put(MissedPolicy.ALL, 7);
        now = BEGIN + 100 * MINUTE;
        go();
        assertThat(submitted).containsExactly(id(94), id(95), id(96));
        go();
        go();
        go();
        assertThat(submitted)
                .containsExactly(id(94), id(95), id(96), id(97), id(98), id(99), id(100));
    }

    @Test
    void none_that_passed_counts_but_one_that_is_little_late_does() {
        put(MissedPolicy.SKIP, 1);
        now = BEGIN + 9 * MINUTE + 11 * SECOND;
        go();
        assertThat(submitted).isEmpty();
        assertThat(timetable.wakeAt()).isEqualTo(BEGIN + 10 * MINUTE);
        now = BEGIN + 10 * MINUTE + 9 * SECOND;
        go();
        assertThat(submitted).containsExactly(id(10));
        now = BEGIN + 20 * MINUTE + 11 * SECOND;
        go();
        assertThat(submitted).hasSize(1);
        FiredRecord last = last();
        assertThat(last.last()).as("the last one that was").isEqualTo(BEGIN + 10 * MINUTE);
        assertThat(last.through()).isEqualTo(BEGIN + 20 * MINUTE);
    }

    private FiredRecord last() {
        try {
            return FiredRecord.parse(Objects.requireNonNull(fired.get("a")));
        } catch (CorruptRecordException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_clock_that_goes_back_has_nothing_submitted_twice() {
        put(MissedPolicy.ALL, 100);
        for (long minute : new long[] {1, 2, 3, 1, 2, 3, 4}) {
            now = BEGIN + minute * MINUTE;
            go();
            Timetable next = owning();
            next.put("a", record, MINUTELY);
            go(next);
        }
        assertThat(submitted).containsExactly(id(1), id(2), id(3), id(4));
    }

    @Test
    void of_two_that_take_themselves_for_the_owner_one_submits() {
        Timetable other = owning();
        other.put("a", record, MINUTELY);
        put(MissedPolicy.LAST, 1);
        look(timetable);
        look(other);
        now = BEGIN + MINUTE;
        Timetable.Turn mine = timetable.turns(now).getFirst();
        Timetable.Turn others = other.turns(now).getFirst();
        assertThat(apply(mine)).isTrue();
        assertThat(apply(others)).isFalse();
        other.written(others, false, now);
        // The answer got lost.
        timetable.written(mine, false, now);
        assertThat(other.turns(now)).isEmpty();
        assertThat(other.wakeAt()).isEqualTo(now + 100_000);
        now += 100_000;
        go();
        go(other);
        assertThat(submitted).containsExactly(id(1));
        now = BEGIN + 2 * MINUTE;
        go(other);
        go();
        assertThat(submitted).containsExactly(id(1), id(2));
    }

    @Test
    void what_is_not_owned_or_rests_or_is_gone_is_left_alone() {
        put(MissedPolicy.LAST, 1);
        now = BEGIN + MINUTE;
        timetable.own(Set.of());
        go();
        assertThat(timetable.wakeAt()).isEqualTo(FireTimes.NEVER);
        timetable.own(Set.of(0, 1, 2, 3));
        timetable.put("a", record.with(BEGIN, true), MINUTELY);
        go();
        assertThat(timetable.wakeAt()).isEqualTo(FireTimes.NEVER);
        timetable.put("a", record.with(now, false), MINUTELY);
        go();
        assertThat(submitted).as("it goes on from when it was resumed").isEmpty();
        now += MINUTE;
        timetable.retain(Set.of("b"));
        go();
        put(MissedPolicy.LAST, 1);
        timetable.remove("a");
        go();
        assertThat(submitted).isEmpty();
    }

    @Test
    void an_owner_reads_anew_how_far_it_has_come() {
        put(MissedPolicy.LAST, 1);
        go();
        timetable.own(Set.of());
        now = BEGIN + MINUTE;
        Timetable other = owning();
        other.put("a", record, MINUTELY);
        go(other);
        timetable.own(Set.of(0, 1, 2, 3));
        go();
        now = BEGIN + 2 * MINUTE;
        go();
        assertThat(submitted).containsExactly(id(1), id(2));
    }

    @Test
    void while_it_cannot_be_read_how_far_it_has_come_nothing_is_submitted() {
        put(MissedPolicy.LAST, 1);
        fired.put("a", Bytes.utf8("?"));
        now = BEGIN + MINUTE;
        go();
        assertThat(submitted).isEmpty();
        assertThat(timetable.wakeAt()).isEqualTo(now + 10 * SECOND);
        fired.put("a", new FiredRecord(BEGIN, 0, 0).toBytes());
        now += 10 * SECOND;
        go();
        assertThat(submitted).containsExactly(id(1));
    }

    @Test
    void large_jobs_go_in_turns_of_fewer() {
        JobRecord large =
                new JobRecord(
                        "t",
                        "",
                        "",
                        Bytes.of(new byte[700_000]),
                        new TreeMap<>(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        List.of());
        timetable.put(
                "a",
                new ScheduleRecord("x", BEGIN, false, MissedPolicy.ALL, 9, 0, 3, large),
                MINUTELY);
        now = BEGIN + 3 * MINUTE;
        go();
        assertThat(submitted).containsExactly(id(1));
        go();
        go();
        assertThat(submitted).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void the_last_fire_times_are_those_that_counting_from_the_beginning_finds() {
        Random random = new Random(11);
        for (int round = 0; round < 500; round++) {
            long step = 1L + random.nextInt(50);
            long gap = 1L + random.nextInt(40);
            FireTimes times =
                    time -> {
                        // Busy for a while, then quiet for a while.
                        long next = (time / (step * SECOND) + 1) * step * SECOND;
                        return next / (100 * SECOND) % gap == 0
                                ? next
                                : (next / (100 * SECOND) / gap + 1) * gap * 100 * SECOND;
                    };
            long after = random.nextInt(10_000) * SECOND;
            long until = after + random.nextInt(200_000) * SECOND;
            int most = 1 + random.nextInt(20);
            List<Long> all = new ArrayList<>();
            for (long time = times.after(after); time <= until; time = times.after(time)) {
                all.add(time);
            }
            Collection<Long> wanted = all.subList(Math.max(0, all.size() - most), all.size());
            assertThat(times.last(after, until, most)).containsExactlyElementsOf(wanted);
        }
    }
}
