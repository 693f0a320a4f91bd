package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.FireTimes;
import dev.roster.protocol.jobs.FiredRecord;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.MissedPolicy;
import dev.roster.protocol.jobs.ScheduleRecord;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.Timetable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Recurring jobs: what each process's timetable decides is carried out here. */
final class JobSchedules {
    private static final long MILLI = 1_000_000;
    private static final long ROUND = 300 * MILLI;
    private static final long SECOND_MICROS = 1_000_000;
    private static final int MOST = 4;

    private final Simulation simulation;
    private final JobsScene scene;
    private final Dice dice;

    /** Not in every run, since they make jobs that others have to wait for. */
    private final boolean areThere;

    JobSchedules(Simulation simulation, JobsScene scene, Dice dice) {
        this.simulation = simulation;
        this.scene = scene;
        this.dice = dice;
        this.areThere = dice.chance(0.6);
    }

    /** A process has come, and takes part for as long as it lives. */
    void begin(SimulatedProcess process) {
        if (!areThere) {
            return;
        }
        Timetable timetable = new Timetable(scene.partitions(), MOST, simulation.mutant);
        timetable.put("each", schedule(MissedPolicy.ALL), every(4));
        timetable.put("last", schedule(MissedPolicy.LAST), every(3));
        timetable.put("skip", schedule(MissedPolicy.SKIP), every(5));
        new Follower(process, timetable).next();
    }

    private static FireTimes every(int seconds) {
        long period = seconds * SECOND_MICROS;
        return time -> (time / period + 1) * period;
    }

    private ScheduleRecord schedule(MissedPolicy missed) {
        JobPlan plan = new JobPlan("", JobPlan.Kind.GOOD, "", 0, 200 * MILLI, 0);
        JobRecord job =
                new JobRecord(
                        "free",
                        "",
                        "",
                        plan.toBytes(),
                        new TreeMap<>(),
                        0,
                        0,
                        0,
                        0,
                        1000,
                        0,
                        List.of());
        return new ScheduleRecord(
                "", JobsScene.EPOCH_MICROS, false, missed, 10, SECOND_MICROS, 0, job);
    }

    /** One process and its timetable. */
    private final class Follower {
        private final SimulatedProcess process;
        private final Timetable timetable;

        /** Schedules that are being read. */
        private final Set<String> reading = new LinkedHashSet<>();

        Follower(SimulatedProcess process, Timetable timetable) {
            this.process = process;
            this.timetable = timetable;
        }

        private void next() {
            process.after(
                    dice.around(ROUND),
                    () -> {
                        round();
                        next();
                    });
        }

        private long now() {
            return process.jobs().micros();
        }

        private void round() {
            timetable.own(process.jobs().partitions());
            if (!scene.producers.isActive()) {
                return;
            }
            for (String name : timetable.unread(now())) {
                if (reading.add(name)) {
                    read(name);
                }
            }
            timetable.turns(now()).forEach(this::send);
        }

        private void read(String name) {
            int partition = Timetable.partitionOf(name, scene.partitions());
            scene.calls.read(
                    process,
                    () -> scene.at(partition, Ledger.UNIQUE, Timetable.spot(name)),
                    found -> {
                        reading.remove(name);
                        timetable.read(name, parsed(found));
                    },
                    () -> reading.remove(name));
        }

        private static @Nullable FiredRecord parsed(@Nullable Bytes found) {
            try {
                return found == null ? null : FiredRecord.parse(found);
            } catch (CorruptRecordException e) {
                throw new IllegalStateException(e);
            }
        }

        private void send(Timetable.Turn turn) {
            List<Step> steps = turn.steps();
            scene.calls.send(
                    process,
                    () -> scene.apply(timetable.provisos(turn), steps, Step.worked(steps)),
                    answer -> {
                        boolean isApplied = answer instanceof Flush.Answer.Applied;
                        if (isApplied) {
                            turn.fires().forEach(this::hand);
                        } else if (answer instanceof Flush.Answer.Refused) {
                            simulation.tally.count(Sometimes.JOB_FIRE_REFUSED);
                        }
                        timetable.written(turn, isApplied, now());
                    });
        }

        private void hand(Timetable.Fire fire) {
            Slip slip = new Slip(fire.spot(), fire.job().toBytes());
            boolean unused = process.jobs().handed(fire.partition(), slip);
        }
    }
}
