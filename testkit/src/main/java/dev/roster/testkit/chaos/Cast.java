package dev.roster.testkit.chaos;

import dev.roster.testkit.check.Observation;
import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Weather;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.LastWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The members of a run that are there now, and the onlooker, who is there all the time. For one
 * thread at a time, but for {@link #killAll}.
 */
final class Cast {
    private static final String ONLOOKER = "onlooker";
    private static final long LOOK_MILLIS = 20;

    private final Ground ground;
    private final ChaosOptions options;
    private final String group;
    private final int refereePort;
    private final HistoryFile history;
    private final List<MemberProcess> present = new CopyOnWriteArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private volatile @Nullable MemberProcess onlooker;
    private int started;

    Cast(Ground ground, ChaosOptions options, String group, int refereePort, HistoryFile history) {
        this.ground = ground;
        this.options = options;
        this.group = group;
        this.refereePort = refereePort;
        this.history = history;
    }

    List<MemberProcess> present() {
        return List.copyOf(present);
    }

    /** By number, whoever that is now. */
    MemberProcess member(int target) {
        return present.get(target % present.size());
    }

    List<String> names() {
        return present.stream().map(one -> one.name).sorted().toList();
    }

    /** Starts one of a new name. */
    MemberProcess start() {
        started++;
        return start("m" + started);
    }

    /** Starts one, perhaps of the name of one that is gone. */
    MemberProcess start(String name) {
        MemberProcess member = start(ChaosMember.class, name);
        present.add(member);
        return member;
    }

    /** Starts the onlooker. */
    void startOnlooker() {
        onlooker = start(ChaosOnlooker.class, ONLOOKER);
    }

    private MemberProcess start(Class<?> main, String name) {
        List<TcpProxy> own =
                ground.addresses().stream()
                        .map(address -> TcpProxy.to(address, ground.wire()))
                        .toList();
        proxies.addAll(own);
        String url =
                own.isEmpty()
                        ? ground.url()
                        : ground.url(own.stream().map(TcpProxy::address).toList());
        int number = 1;
        Path file = options.folder().resolve(name + ".jsonl");
        while (Files.exists(file)) {
            number++;
            file = options.folder().resolve(name + "-" + number + ".jsonl");
        }
        ChildArguments arguments =
                new ChildArguments(
                        url,
                        name,
                        group,
                        options.lease().toMillis(),
                        refereePort,
                        file.toString(),
                        options.careless());
        Process process =
                ChildJvm.start(
                        main,
                        options.folder().resolve(file.getFileName() + ".log"),
                        arguments.toList());
        try {
            Files.createFile(file);
        } catch (IOException e) {
            // It was quick.
        }
        return new MemberProcess(name, file, own, process);
    }

    /**
     * Waits until each has said its first word, or ended: how long a machine takes to start a JVM
     * is nothing that a group promises.
     */
    void awaitBegun(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (MemberProcess member : present) {
            while (member.isAlive()
                    && member.history.toFile().length() == 0
                    && end - System.nanoTime() > 0) {
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    /** SIGKILL to one; it is written down that it is gone. */
    void kill(MemberProcess member) {
        long asked = System.nanoTime();
        member.kill();
        died(member, asked);
    }

    private void died(MemberProcess member, long asked) {
        present.remove(member);
        LastWords.died(member.history, asked).ifPresent(history::write);
        history.write(
                new Observation.RouterGone(
                        System.nanoTime(), ChildArguments.process(member.history)));
    }

    /** Lets the onlooker end; whether it did within the time. */
    boolean endOnlooker(long seconds) {
        MemberProcess process = onlooker;
        if (process == null) {
            return true;
        }
        process.tellToLeave();
        boolean ended = process.awaitEnd(seconds) && process.exitCode() == 0;
        process.kill();
        return ended;
    }

    /** Lets one leave; whether it did within the time. If not, it is killed. */
    boolean leave(MemberProcess member, long seconds) {
        member.tellToLeave();
        boolean left = member.awaitEnd(seconds) && member.exitCode() == 0;
        if (left) {
            member.closeProxies();
            present.remove(member);
        } else {
            kill(member);
        }
        return left;
    }

    /** Changes the weather of one member's connections. */
    static void weather(MemberProcess member, UnaryOperator<Weather> how) {
        for (TcpProxy proxy : member.proxies) {
            proxy.set(how.apply(proxy.weather()));
        }
    }

    /** The processes whose connections something can be done to. */
    List<MemberProcess> connected() {
        List<MemberProcess> all = new ArrayList<>(present);
        MemberProcess process = onlooker;
        if (process != null) {
            all.add(process);
        }
        return all;
    }

    /** The proxies of all members there are and have been. */
    List<TcpProxy> proxies() {
        return List.copyOf(proxies);
    }

    /** Writes down members that ended though nobody told them to. */
    List<String> endedByThemselves() {
        List<String> ended = new ArrayList<>();
        for (MemberProcess member : present) {
            if (!member.isAlive()) {
                ended.add(member.name + " with exit code " + member.exitCode());
                member.closeProxies();
                died(member, Long.MIN_VALUE);
            }
        }
        MemberProcess process = onlooker;
        if (process != null && !process.isAlive()) {
            ended.add(process.name + " with exit code " + process.exitCode());
            onlooker = null;
            process.closeProxies();
        }
        return ended;
    }

    /** Makes an end of all of them; from any thread. */
    void killAll() {
        connected().forEach(MemberProcess::kill);
    }
}
