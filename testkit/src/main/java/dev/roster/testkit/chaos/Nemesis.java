package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Weather;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;

/** Does what a plan says, one deed at a time, and undoes it. */
final class Nemesis {
    private static final long SWALLOW_MILLIS = 300;
    private static final int ROUNDS = 3;
    private static final long BETWEEN_MILLIS = 400;
    private static final long FLAP_MILLIS = 500;
    private static final long LEAVE_SECONDS = 30;

    private final Cast cast;
    private final Ground ground;
    private final Runnable atRest;

    /** {@code atRest}: waits until the group has come to rest, or throws. */
    Nemesis(Cast cast, Ground ground, Runnable atRest) {
        this.cast = cast;
        this.ground = ground;
        this.atRest = atRest;
    }

    /** Returns when the deed is undone, and the one that goes with it. */
    void carryOut(Deed deed) throws InterruptedException {
        Fault also = deed.also();
        if (also == null) {
            carryOutOne(deed);
            return;
        }
        Deed second = new Deed(deed.at(), also, deed.target() + 1, deed.lasts(), null);
        FutureTask<Boolean> task =
                new FutureTask<>(() -> {
                    carryOutOne(second);
                    return true;
                });
        Thread thread = Thread.ofPlatform().daemon().name("second-deed").start(task);
        try {
            carryOutOne(deed);
        } finally {
            thread.join();
        }
        try {
            boolean unused = task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(also + " failed", e);
        }
    }

    private void carryOutOne(Deed deed) throws InterruptedException {
        switch (deed.fault().needs()) {
            case MEMBER -> toMember(deed, cast.member(deed.target()));
            case NETWORK -> toNetwork(deed, cast.member(deed.target()));
            case SERVER -> toServer(deed);
        }
    }

    private void toMember(Deed deed, MemberProcess victim) throws InterruptedException {
        switch (deed.fault()) {
            case KILL_MEMBER -> {
                cast.kill(victim);
                sleep(deed.lasts());
                cast.start(victim.name);
            }
            case KILL_ALL_MEMBERS -> {
                List<MemberProcess> all = cast.present();
                all.forEach(cast::kill);
                sleep(deed.lasts());
                all.forEach(one -> cast.start());
            }
            case FREEZE_MEMBER, BRIEF_FREEZE -> {
                victim.freeze();
                sleep(deed.lasts());
                victim.thaw();
            }
            case LEAVE_AND_JOIN -> replace(victim);
            default -> throw new IllegalArgumentException(deed.toString());
        }
    }

    private void replace(MemberProcess victim) {
        cast.start();
        if (!cast.leave(victim, LEAVE_SECONDS)) {
            throw new IllegalStateException(
                    "%s did not leave within %d s".formatted(victim.name, LEAVE_SECONDS));
        }
    }

    private void toNetwork(Deed deed, MemberProcess victim) throws InterruptedException {
        switch (deed.fault()) {
            case PARTITION -> forOne(victim, before -> before.withCut(true, true), deed);
            case CUT_REQUESTS -> forOne(victim, before -> before.withCut(true, false), deed);
            case CUT_REPLIES -> forOne(victim, before -> before.withCut(false, true), deed);
            case DELAY_200_MS -> forAll(before -> before.withDelay(Duration.ofMillis(200)), deed);
            case DELAY_2_S -> forAll(before -> before.withDelay(Duration.ofSeconds(2)), deed);
            case NO_NOTICES -> {
                all(before -> before.withoutNotices(true));
                sleep(deed.lasts().dividedBy(2));
                replace(victim);
                // Not undone before the group has come to rest without any.
                atRest.run();
                all(before -> before.withoutNotices(false));
            }
            case SWALLOWED_REPLIES -> inRounds(proxy -> proxy.swallowReplies(SWALLOW_MILLIS));
            case TORN_FRAMES -> inRounds(TcpProxy::tear);
            case FLAPPING -> {
                long end = System.nanoTime() + deed.lasts().toNanos();
                while (System.nanoTime() - end < 0) {
                    Cast.weather(victim, before -> before.withRefusing(true));
                    Thread.sleep(FLAP_MILLIS);
                    Cast.weather(victim, before -> before.withRefusing(false));
                    Thread.sleep(FLAP_MILLIS);
                }
            }
            default -> throw new IllegalArgumentException(deed.toString());
        }
    }

    private void forOne(MemberProcess victim, UnaryOperator<Weather> how, Deed deed)
            throws InterruptedException {
        Cast.weather(victim, how);
        sleep(deed.lasts());
        Cast.weather(victim, before -> Weather.FAIR);
    }

    private void forAll(UnaryOperator<Weather> how, Deed deed) throws InterruptedException {
        all(how);
        sleep(deed.lasts());
        all(before -> Weather.FAIR);
    }

    private void all(UnaryOperator<Weather> how) {
        cast.connected().forEach(member -> Cast.weather(member, how));
    }

    private interface OnProxy {
        void act(TcpProxy proxy);
    }

    private void inRounds(OnProxy act) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            for (MemberProcess member : cast.connected()) {
                member.proxies.forEach(act::act);
            }
            Thread.sleep(BETWEEN_MILLIS);
        }
    }

    private void toServer(Deed deed) throws InterruptedException {
        Fault fault = deed.fault();
        ground.prepare(fault);
        if (fault.isForgetful()) {
            // So that there are claims and a view that the store is going to forget. But it forgets
            // only when all have come to know them: what nobody remembers nobody can repair.
            atRest.run();
            replace(cast.member(deed.target()));
            atRest.run();
        }
        ground.strike(fault);
        if (fault == Fault.CONNECTION_LIMIT) {
            all(before -> before.withRefusing(true));
            all(before -> before.withRefusing(false));
        }
        sleep(deed.lasts());
        ground.heal(fault);
    }

    private static void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
