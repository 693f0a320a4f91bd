package dev.roster.testkit.simulation;

import dev.roster.Affinity;
import dev.roster.Entry;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.EraRecord;
import dev.roster.protocol.Event;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.store.Snapshot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Does to the group what the scenario says, again and again, until it is told to end. */
final class Nemesis {
    private static final long MILLI = 1_000_000L;

    /** What happens to single messages; the network does it. */
    private static final EnumSet<Fault> OF_MESSAGES =
            EnumSet.of(
                    Fault.REQUEST_LOST,
                    Fault.REPLY_LOST,
                    Fault.DUPLICATE,
                    Fault.LATE,
                    Fault.SPURIOUS,
                    Fault.WATCH_LAG,
                    Fault.WATCH_LOST,
                    Fault.WATCH_REPLAY,
                    Fault.STUCK,
                    Fault.ENDING,
                    Fault.TIES);

    private final Simulation simulation;
    private final Scenario scenario;
    private final Outsider outsider;
    private final Dice dice;
    private final List<Fault> deeds = new ArrayList<>();
    private final List<Runnable> repairs = new ArrayList<>();
    private final long lease;
    private boolean isActive;

    /**
     * Until then nothing is done that makes members forget: the store went back, and what it forgot
     * only they know. If they forget it, too, nobody can keep the promises.
     */
    private long mindfulUntil;

    /** The store went back, and nobody was seen to have begun an era for it. */
    private boolean isForgotten;

    Nemesis(Simulation simulation, Outsider outsider, Dice dice) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.outsider = outsider;
        this.dice = dice;
        this.lease = scenario.timing().leaseNanos();
        for (Fault fault : scenario.faults()) {
            if (!OF_MESSAGES.contains(fault)) {
                deeds.add(fault);
            }
        }
    }

    void begin() {
        isActive = true;
        next();
        if (scenario.has(Fault.STORE_BACK)) {
            copyStore();
        }
    }

    private void copyStore() {
        if (isActive) {
            simulation.store.copy();
            simulation.schedule.after(dice.between(lease / 8, lease), this::copyStore);
        }
    }

    private void next() {
        if (deeds.isEmpty()) {
            return;
        }
        simulation.schedule.after(
                dice.around(scenario.faultEveryNanos()),
                () -> {
                    if (isActive) {
                        act(dice.oneOf(deeds));
                        next();
                    }
                });
    }

    void end() {
        isActive = false;
    }

    /** Undoes what would last. */
    void heal() {
        List<Runnable> left = new ArrayList<>(repairs);
        repairs.clear();
        left.forEach(Runnable::run);
    }

    private void act(Fault fault) {
        List<SimulatedProcess> staying = simulation.population.staying();
        if (staying.isEmpty()) {
            simulation.population.start();
            return;
        }
        boolean forgetful =
                fault == Fault.CRASH || fault == Fault.LEAVE || fault == Fault.STORE_BACK;
        if (forgetful && isMindful()) {
            return;
        }
        SimulatedProcess victim = dice.oneOf(staying);
        simulation.tally.fault();
        simulation.trace.note(simulation.now(), "nemesis", fault.name(), staying.indexOf(victim));
        switch (fault) {
            case CRASH -> crash(victim, staying);
            case PAUSE, SUSPEND -> pause(victim, fault == Fault.SUSPEND);
            case PARTITION -> cut(victim, true);
            case ONE_WAY -> cut(victim, false);
            case STORE_DOWN -> storeDown();
            case STORE_SLOW -> storeSlow();
            case STORE_BACK -> storeBack(staying);
            case LEAVE -> leave(victim);
            case TIE_WRONG -> mistakeTie(victim);
            case TIE_LOST -> loseTie(victim);
            case PART -> changePart(victim);
            case KEYS -> changeKeys();
            case CORRUPT -> {
                if (scenario.keys() > 0) {
                    outsider.corrupt();
                }
            }
            case REQUEST_LOST,
                    REPLY_LOST,
                    DUPLICATE,
                    LATE,
                    SPURIOUS,
                    WATCH_LAG,
                    WATCH_LOST,
                    WATCH_REPLAY,
                    STUCK,
                    ENDING,
                    TIES -> {}
        }
    }

    private void crash(SimulatedProcess victim, List<SimulatedProcess> staying) {
        if (dice.chance(0.04)) {
            simulation.tally.count(Sometimes.ALL_CRASHED_AT_ONCE);
            for (SimulatedProcess process : staying) {
                crash(process);
            }
            return;
        }
        crash(victim);
    }

    private void crash(SimulatedProcess victim) {
        simulation.population.crash(victim);
        boolean sameName = dice.chance(0.7);
        simulation.schedule.after(
                dice.skewed(100 * MILLI, 2 * lease),
                () -> startLater(sameName ? victim.name() : ""));
    }

    private void pause(SimulatedProcess victim, boolean suspend) {
        long nanos = dice.skewed(50 * MILLI, 3 * lease);
        simulation.tally.count(
                nanos > lease
                        ? Sometimes.PAUSED_LONGER_THAN_THE_LEASE
                        : Sometimes.PAUSED_SHORTER_THAN_THE_LEASE);
        victim.pause(nanos, suspend);
    }

    private void cut(SimulatedProcess victim, boolean requests) {
        simulation.tally.count(Sometimes.PARTITIONED);
        victim.link.cut(requests, true, true);
        lasts(dice.skewed(200 * MILLI, 3 * lease), () -> victim.link.cut(requests, true, false));
    }

    private void storeDown() {
        if (!simulation.store.isDown) {
            simulation.tally.count(Sometimes.STORE_WENT_DOWN);
            simulation.store.isDown = true;
            lasts(dice.skewed(100 * MILLI, 2 * lease), () -> simulation.store.isDown = false);
        }
    }

    private void storeSlow() {
        simulation.network.slowNanos = dice.skewed(20 * MILLI, lease / 2);
        lasts(dice.skewed(500 * MILLI, 2 * lease), () -> simulation.network.slowNanos = 0);
    }

    private void storeBack(List<SimulatedProcess> staying) {
        for (SimulatedProcess process : staying) {
            // Somebody has to remember: all of them, to be sure.
            if (process.isPaused() || process.link.isCut() || !process.isMember()) {
                return;
            }
        }
        if (simulation.store.isDown) {
            return;
        }
        if (dice.chance(0.2)) {
            simulation.tally.count(Sometimes.STORE_WAS_WIPED);
            simulation.store.wipe();
        } else if (!simulation.store.goBack(dice.between(0, 5))) {
            return;
        }
        simulation.tally.count(Sometimes.STORE_WENT_BACK);
        mindfulUntil = simulation.now() + 5 * lease;
        isForgotten = true;
    }

    private boolean isMindful() {
        isForgotten &= !isEraOfTheStore();
        return isForgotten || simulation.now() < mindfulUntil;
    }

    private boolean isEraOfTheStore() {
        Snapshot group = simulation.store.readGroup();
        String era = simulation.store.layout().era();
        for (Entry entry : group.entries()) {
            if (entry.key().equals(era)) {
                try {
                    return EraRecord.parse(entry.value()).store().equals(group.identity().id());
                } catch (CorruptRecordException e) {
                    return false;
                }
            }
        }
        return false;
    }

    /** Some or all of the others hear that a process is gone which is not. */
    private void mistakeTie(SimulatedProcess victim) {
        if (victim.tie().isEmpty()) {
            return;
        }
        simulation.tally.count(Sometimes.TIE_TAKEN_FOR_BROKEN);
        tell(victim, dice.skewed(50 * MILLI, 3000 * MILLI));
        String incarnation = victim.incarnation();
        simulation.schedule.after(
                2 * lease,
                () -> {
                    if (!victim.isDead() && victim.incarnation().equals(incarnation)) {
                        simulation.tally.count(Sometimes.TIE_WRONG_AND_MEMBER_STAYED);
                    }
                });
    }

    /** The connection that is the tie breaks at both ends; the process makes another. */
    private void loseTie(SimulatedProcess victim) {
        if (victim.tie().isEmpty() || victim.isPaused()) {
            return;
        }
        simulation.tally.count(Sometimes.TIE_LOST_AND_REMADE);
        long nanos = dice.skewed(50 * MILLI, 3000 * MILLI);
        victim.act(() -> victim.on(new Event.OwnTie(false)));
        tell(victim, nanos);
        victim.after(nanos, () -> victim.on(new Event.OwnTie(true)));
    }

    /** Some or all of the others hear that a tie is broken. */
    private void tell(SimulatedProcess victim, long brokenNanos) {
        simulation.population.breakFor(victim.tie(), brokenNanos);
        boolean all = dice.chance(0.5);
        for (SimulatedProcess process : simulation.population.living()) {
            if (process != victim && (all || dice.chance(0.5))) {
                process.after(
                        dice.between(MILLI, 1200 * MILLI), () -> process.tieBroke(victim.tie()));
            }
        }
    }

    private void leave(SimulatedProcess victim) {
        if (dice.chance(0.2)) {
            victim.cancel();
        } else {
            victim.leave();
        }
        simulation.schedule.after(dice.skewed(100 * MILLI, 2 * lease), () -> startLater(""));
    }

    /** Starts a process, but none that could take a store that forgot everything for a new one. */
    private void startLater(String name) {
        if (!isActive) {
            return;
        }
        if (isMindful()) {
            simulation.schedule.after(lease, () -> startLater(name));
        } else if (name.isEmpty()) {
            simulation.population.start();
        } else {
            simulation.tally.count(Sometimes.RESTARTED_WITH_THE_SAME_NAME);
            simulation.population.start(name);
        }
    }

    private void changePart(SimulatedProcess victim) {
        String division = dice.oneOf(victim.plan().divisions()).name();
        Event change =
                switch (dice.between(0, 3)) {
                    case 0 -> new Event.Flush(division);
                    case 1 ->
                            new Event.ChangePart(
                                    division, new ParticipantRecord(Affinity.NONE, 1, 0, false));
                    default -> new Event.ChangePart(division, simulation.population.part());
                };
        victim.act(() -> victim.on(change));
    }

    private void changeKeys() {
        if (scenario.keys() == 0 || simulation.store.isDown) {
            return;
        }
        if (dice.chance(0.5)) {
            outsider.add(dice.between(1, 10));
        } else {
            outsider.remove(dice.between(1, 10));
        }
    }

    /** Undoes something after a while, or when all is healed. */
    private void lasts(long nanos, Runnable repair) {
        repairs.add(repair);
        simulation.schedule.after(
                nanos,
                () -> {
                    if (repairs.remove(repair)) {
                        repair.run();
                    }
                });
    }
}
