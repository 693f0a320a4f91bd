package dev.roster.testkit.simulation;

import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Sending;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Submitting;
import dev.roster.protocol.jobs.UniqueRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A submit on its way: what is decided of it is carried out, while its process lives. */
final class SubmitRun {
    /** Told of each job that is known to be submitted. */
    interface Answered {
        /**
         * It is.
         *
         * @param job which it made, or found
         * @param since not later than when that was so in the store
         */
        void on(JobProducers.Planned planned, String job, long since);
    }

    private final Simulation simulation;
    private final JobsScene scene;
    private final @Nullable SimulatedProcess host;
    private final Answered answered;
    private final Runnable atEnd;
    private final Submitting<JobProducers.Planned> all;
    private final long begin;
    private int underWay;

    SubmitRun(
            Simulation simulation,
            JobsScene scene,
            @Nullable SimulatedProcess host,
            List<JobProducers.Planned> jobs,
            Supplier<Spot> tickets,
            Answered answered,
            Runnable atEnd) {
        this.simulation = simulation;
        this.scene = scene;
        this.host = host;
        this.answered = answered;
        this.atEnd = atEnd;
        this.begin = simulation.now();
        this.all =
                Submitting.of(
                        jobs,
                        Math.max(32, simulation.scenario.operations()),
                        tickets,
                        this::isHere,
                        micros(),
                        simulation.mutant);
    }

    private boolean isHere(int partition) {
        return host != null && host.jobs().machine().isActive(partition);
    }

    private long micros() {
        return simulation.now() / 1000;
    }

    void go() {
        List<Sending<JobProducers.Planned>> open = new ArrayList<>(all.open());
        underWay = open.size();
        for (Sending<JobProducers.Planned> one : open) {
            if (one.then() == Sending.Then.LOOK) {
                look(one);
            } else {
                scene.calls.send(
                        host,
                        () -> scene.apply(one.provisos(), one.steps(), one.wakes()),
                        answer -> {
                            one.answered(answer);
                            next(one);
                        });
            }
        }
    }

    private void next(Sending<JobProducers.Planned> one) {
        switch (one.then()) {
            case LOOK -> {
                look(one);
                return;
            }
            case SEND, UNKNOWN -> {}
            case SUBMITTED -> {
                one.jobs().forEach(job -> answered.on(job, job.name(), begin));
                handOver(one);
            }
            case WAS_SUBMITTED -> {
                one.jobs().forEach(job -> answered.on(job, job.name(), begin));
                wokenHere(one);
            }
            case TAKEN -> throw new IllegalStateException("It was not looked up.");
        }
        over();
    }

    private void look(Sending<JobProducers.Planned> one) {
        Draft.Mark mark = one.mark();
        long[] lookedAt = {begin};
        scene.calls.read(
                host,
                () -> {
                    lookedAt[0] = simulation.now();
                    return scene.at(mark.partition(), Ledger.UNIQUE, mark.spot());
                },
                found -> {
                    one.looked(found, scene.micros());
                    looked(one, lookedAt[0]);
                },
                () -> {
                    one.failed("it could not be read");
                    over();
                });
    }

    private void looked(Sending<JobProducers.Planned> one, long at) {
        if (one.then() == Sending.Then.TAKEN) {
            UniqueRecord owner = one.owner();
            simulation.tally.count(Sometimes.JOB_UNIQUE_TAKEN);
            one.jobs().forEach(job -> answered.on(job, owner.partition() + ":" + owner.id(), at));
        } else if (one.then() == Sending.Then.WAS_SUBMITTED) {
            one.jobs().forEach(job -> answered.on(job, job.name(), at));
            wokenHere(one);
        }
        over();
    }

    private void wokenHere(Sending<JobProducers.Planned> one) {
        SimulatedProcess process = host;
        if (process != null) {
            one.jobs().forEach(job -> process.jobs().hinted(job.partition(), false));
        }
    }

    private void handOver(Sending<JobProducers.Planned> one) {
        SimulatedProcess process = host;
        Set<Integer> gone = new LinkedHashSet<>();
        for (JobProducers.Planned job : one.jobs()) {
            boolean isTaken =
                    process != null
                            && process.jobs()
                                    .handed(job.partition(), new Slip(job.spot(), job.value()));
            if (!isTaken && !one.wakes().contains(job.partition())) {
                gone.add(job.partition());
            }
        }
        if (!gone.isEmpty()) {
            simulation.schedule.after(simulation.network.delay(), () -> scene.hint(gone));
        }
    }

    /** One of those that were sent is answered. */
    private void over() {
        underWay--;
        if (underWay > 0) {
            return;
        }
        long wait = all.next(micros());
        if (all.isOver() || wait == Submitting.GIVEN_UP || (host != null && host.isDead())) {
            atEnd.run();
        } else {
            simulation.tally.count(Sometimes.JOB_SUBMITTED_AGAIN);
            simulation.schedule.after(wait * 1000, this::again);
        }
    }

    private void again() {
        if (host == null) {
            go();
        } else {
            host.act(this::go);
        }
    }
}
