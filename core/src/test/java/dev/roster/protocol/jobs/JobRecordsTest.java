package dev.roster.protocol.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JobRecordsTest {
    private static final JobRecord JOB =
            new JobRecord(
                    "send",
                    "user-7",
                    "text/plain",
                    Bytes.utf8("häh"),
                    new TreeMap<>(Map.of("traceparent", "00-1", "a", "")),
                    1_700_000_000_000_000L,
                    Long.MAX_VALUE,
                    1,
                    0,
                    3,
                    2,
                    List.of(
                            new JobError(1, 5, "m", "bad", "at x"),
                            new JobError(2, 6, "m", "", "")));

    @Test
    void each_is_read_as_it_was_written() throws CorruptRecordException {
        assertThat(JobRecord.parse(JOB.toBytes())).isEqualTo(JOB);
        DeadRecord dead = new DeadRecord("bad", 7, new Spot(9, 8, "x"), Bytes.utf8("?"));
        assertThat(DeadRecord.parse(dead.toBytes())).isEqualTo(dead);
        ProgressRecord progress = new ProgressRecord(2, 5, 300, 50, "half", Bytes.utf8("c"));
        assertThat(ProgressRecord.parse(progress.toBytes())).isEqualTo(progress);
        DoneRecord done =
                new DoneRecord(
                        List.of(
                                new DoneRecord.Line("a", "t", "k", EndState.DONE, 1, 2, 3),
                                new DoneRecord.Line("b", "t", "", EndState.EXPIRED, 0, 2, 3)));
        assertThat(DoneRecord.parse(done.toBytes())).isEqualTo(done);
        PartitionRecord owners = new PartitionRecord(true, List.of(1L, 1L << 50), 7);
        assertThat(PartitionRecord.parse(owners.toBytes())).isEqualTo(owners);
        UniqueRecord unique = new UniqueRecord(31, "x", 9);
        assertThat(UniqueRecord.parse(unique.toBytes())).isEqualTo(unique);
        assertThat(QueueRecord.parse(new QueueRecord(32).toBytes())).isEqualTo(new QueueRecord(32));
        ControlRecord control = new ControlRecord(true, new TreeSet<>(List.of("a", "b")), 36_000);
        assertThat(ControlRecord.parse(control.toBytes())).isEqualTo(control);
        for (MissedPolicy missed : MissedPolicy.values()) {
            ScheduleRecord schedule =
                    new ScheduleRecord("every PT5M", 7, true, missed, 300, 9, 5, JOB);
            assertThat(ScheduleRecord.parse(schedule.toBytes())).isEqualTo(schedule);
        }
        FiredRecord fired = new FiredRecord(1L << 50, 6, 31);
        assertThat(FiredRecord.parse(fired.toBytes())).isEqualTo(fired);
        LookRecord look = new LookRecord(3, Long.MIN_VALUE);
        assertThat(LookRecord.parse(look.toBytes())).isEqualTo(look);
    }

    @Test
    void a_record_that_is_cut_or_of_another_kind_or_version_is_told_so() {
        byte[] bytes = JOB.toBytes().toArray();
        for (int length = 0; length < bytes.length; length++) {
            Bytes cut = Bytes.of(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> JobRecord.parse(cut))
                    .isInstanceOf(CorruptRecordException.class);
        }
        bytes[1] = 2;
        assertThatThrownBy(() -> JobRecord.parse(Bytes.of(bytes)))
                .hasMessageContaining("version 2");
        Bytes ranked =
                new ScheduleRecord("every PT5M", 7, true, MissedPolicy.LAST, 1, 9, 10, JOB)
                        .toBytes();
        assertThatThrownBy(() -> ScheduleRecord.parse(ranked)).hasMessageContaining("rank is 10");
        assertThatThrownBy(() -> MissedPolicy.of('x')).isInstanceOf(CorruptRecordException.class);
        assertThatThrownBy(() -> UniqueRecord.parse(JOB.toBytes())).hasMessageContaining("'u'");
    }

    @Test
    void what_a_later_version_adds_at_the_end_is_passed_over() throws CorruptRecordException {
        byte[] bytes = JOB.toBytes().toArray();
        assertThat(JobRecord.parse(Bytes.of(Arrays.copyOf(bytes, bytes.length + 9))))
                .isEqualTo(JOB);
    }

    @Test
    void the_last_errors_are_kept_and_cut() {
        JobRecord job = JOB;
        for (int attempt = 3; attempt < 20; attempt++) {
            job = job.failed(new JobError(attempt, 0, "m", "x".repeat(9999), "y".repeat(9999)), 1);
        }
        assertThat(job.errors()).hasSize(JobRecord.ERRORS_KEPT);
        assertThat(job.errors().getLast().attempt()).isEqualTo(19);
        assertThat(job.errors().getLast().message()).hasSize(JobError.MESSAGE_CHARACTERS);
        assertThat(job.toBytes().size()).isLessThan(14_000);
    }
}
