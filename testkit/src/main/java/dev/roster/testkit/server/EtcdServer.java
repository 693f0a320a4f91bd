package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An etcd of a test's own, of one server or several, which a test may do anything to. */
public final class EtcdServer implements TestServer {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What {@link #fill} writes: keys, bytes of each value, most of them. */
    private static final String FILLER = "filler/";

    private static final int PIECE = 1_000_000;
    private static final int PIECES = 500;

    private static final String INSTALL = "apt-get install etcd-server etcd-client";

    private final Path folder;
    private final Path program;
    private final Path control;
    private final List<String> settings;
    private final Ways ways;
    private final List<Node> nodes = new ArrayList<>();
    private final String version;

    /** Login and certificates for {@code etcdctl}, once a test has switched them on. */
    private List<String> controlOptions = List.of();

    private boolean secure;

    /** One server of the cluster. */
    private final class Node {
        final String name;
        final InetSocketAddress client = ServerProcess.freeAddress();
        final InetSocketAddress peer = ServerProcess.freeAddress();
        final InetSocketAddress told;
        final InetSocketAddress metrics = ServerProcess.freeAddress();
        final Path data;
        @Nullable ServerProcess process;

        Node(int number) {
            this.name = "n" + number;
            this.data = folder.resolve(name);
            this.told = ways.to(number, peer);
        }

        String peerUrl() {
            return "http://" + text(told);
        }

        ServerProcess process() {
            ServerProcess started = process;
            if (started == null) {
                throw new IllegalStateException("The server was never started.");
            }
            return started;
        }

        void launch() {
            String scheme = secure ? "https://" : "http://";
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    program.toString(),
                                    "--name",
                                    name,
                                    "--data-dir",
                                    data.toString(),
                                    "--listen-client-urls",
                                    scheme + text(client),
                                    "--advertise-client-urls",
                                    scheme + text(client),
                                    "--listen-peer-urls",
                                    "http://" + text(peer),
                                    "--initial-advertise-peer-urls",
                                    peerUrl(),
                                    "--initial-cluster",
                                    members(),
                                    "--listen-metrics-urls",
                                    "http://" + text(metrics),
                                    "--logger",
                                    "zap",
                                    "--log-level",
                                    "error"));
            command.addAll(settings);
            ServerProcess next =
                    ServerProcess.start(folder.resolve(name + ".log"), folder, command);
            process = next;
            ways.started(nodes.indexOf(this), next.pid());
        }

        boolean isHealthy() {
            return health().contains("true");
        }

        /** What it says of itself, or why it says nothing. */
        String health() {
            try {
                var connection =
                        URI.create("http://%s/health".formatted(text(metrics)))
                                .toURL()
                                .openConnection();
                connection.setConnectTimeout(500);
                connection.setReadTimeout(2000);
                try (var in = connection.getInputStream()) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                return e.toString();
            }
        }

        String state() {
            ServerProcess last = process();
            return "%s %s, %s; its log:%n%s"
                    .formatted(
                            name, last.isAlive() ? "runs" : "has ended", health(), last.logEnd());
        }
    }

    /** How the servers of a cluster reach each other. */
    public interface Ways {
        /** Each listens where the others go. */
        Ways DIRECT =
                new Ways() {
                    @Override
                    public InetSocketAddress to(int node, InetSocketAddress listens) {
                        return listens;
                    }

                    @Override
                    public void started(int node, long pid) {}
                };

        /** Where the others go to reach a server that listens there. */
        InetSocketAddress to(int node, InetSocketAddress listens);

        /** A server is this process from now on. */
        void started(int node, long pid);
    }

    /** One server with its stock settings. */
    public EtcdServer() {
        this(1, false);
    }

    /**
     * A cluster.
     *
     * @param size how many servers
     * @param secure whether the settings make it expect TLS of its clients
     * @param settings as on the command line of {@code etcd}
     */
    public EtcdServer(int size, boolean secure, String... settings) {
        this(size, secure, Ways.DIRECT, settings);
    }

    /** A cluster whose servers reach each other by ways of the caller's. */
    public EtcdServer(int size, boolean secure, Ways ways, String... settings) {
        this.ways = ways;
        this.program = Servers.require("etcd", INSTALL);
        this.control = Servers.require("etcdctl", INSTALL);
        this.secure = secure;
        this.settings = List.of(settings);
        try {
            this.folder = Files.createTempDirectory("roster-etcd");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int at = 0; at < size; at++) {
            nodes.add(new Node(at));
        }
        start();
        this.version = run(List.of(program.toString(), "--version")).lines().findFirst().orElse("");
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private String members() {
        return nodes.stream()
                .map(node -> node.name + "=" + node.peerUrl())
                .collect(Collectors.joining(","));
    }

    @Override
    public String name() {
        return version.replace("etcd Version:", "etcd")
                + (nodes.size() > 1 ? ", %d servers".formatted(nodes.size()) : "");
    }

    @Override
    public String url() {
        return "etcd://"
                + nodes.stream().map(node -> text(node.client)).collect(Collectors.joining(","));
    }

    @Override
    public String url(InetSocketAddress through) {
        return "etcd://" + text(through);
    }

    @Override
    public InetSocketAddress address() {
        return nodes.getFirst().client;
    }

    /** Where one of its servers listens. */
    public InetSocketAddress address(int node) {
        return nodes.get(node).client;
    }

    /** Runs {@code etcdctl} on all of its servers, and returns what it printed. */
    public String control(String... arguments) {
        return run(controlled(arguments));
    }

    private List<String> controlled(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(control.toString());
        command.add(
                "--endpoints="
                        + nodes.stream()
                                .map(node -> text(node.client))
                                .collect(Collectors.joining(",")));
        command.addAll(controlOptions);
        command.addAll(List.of(arguments));
        return command;
    }

    /** What {@code etcdctl} needs from now on, such as {@code --user=root:secret}. */
    public void controlWith(String... options) {
        controlOptions = List.of(options);
    }

    private String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ETCDCTL_API", "3");
            Process process = builder.start();
            String printed =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + System.lineSeparator() + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Writes until its quota is used up, as a program beside it may: from then on it takes no
     * writes but deletions.
     */
    public void fill() {
        Path piece = folder.resolve("piece");
        try {
            Files.writeString(piece, "x".repeat(PIECE));
            for (int at = 0; at < PIECES; at++) {
                if (!put(FILLER + at, piece)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("It takes more and more: has it a quota?");
    }

    /** Whether there was room. */
    private boolean put(String key, Path value) throws IOException {
        List<String> command = controlled("put", key);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(value.toFile())
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (printed.contains("OK")) {
            return true;
        }
        if (printed.contains("space exceeded")) {
            return false;
        }
        throw new IllegalStateException("etcdctl put: " + printed);
    }

    /** Makes room again as an operator does: deletes, compacts, defragments, disarms the alarm. */
    public void empty() {
        control("del", FILLER, "--prefix");
        compact();
        control("defrag");
        control("alarm", "disarm");
    }

    /** Forgets the history up to now, as an operator may at any time; returns the revision. */
    public long compact() {
        long revision = revision();
        control("compact", Long.toString(revision));
        return revision;
    }

    /** The revision that it is at. */
    public long revision() {
        String answer = control("get", "--write-out=json", "none");
        return Long.parseLong(answer.replaceAll("(?s).*\"revision\":(\\d+).*", "$1"));
    }

    @Override
    public void start() {
        nodes.forEach(Node::launch);
        nodes.forEach(node -> node.process().awaitReady(PATIENCE, node::isHealthy));
    }

    /** Starts one of its servers again. */
    public void start(int node) {
        nodes.get(node).launch();
        nodes.get(node).process().awaitReady(PATIENCE, nodes.get(node)::isHealthy);
    }

    @Override
    public void kill() {
        nodes.forEach(node -> node.process().kill());
    }

    /** SIGKILL to one of its servers. */
    public void kill(int node) {
        nodes.get(node).process().kill();
    }

    @Override
    public void stop() {
        nodes.forEach(node -> node.process().stop(PATIENCE));
    }

    @Override
    public void pause() {
        nodes.forEach(node -> node.process().pause());
    }

    /** SIGSTOP to one of its servers. */
    public void pause(int node) {
        nodes.get(node).process().pause();
    }

    @Override
    public void resume() {
        nodes.forEach(node -> node.process().resume());
    }

    /** SIGCONT to one of its servers. */
    public void resume(int node) {
        nodes.get(node).process().resume();
    }

    /** Ends one of its servers as an operator does. */
    public void stop(int node) {
        nodes.get(node).process().stop(PATIENCE);
    }

    /** What its servers say, for the message of a test that fails. */
    public String state() {
        return nodes.stream().map(Node::state).collect(Collectors.joining(System.lineSeparator()));
    }

    /** How many servers it has. */
    public int size() {
        return nodes.size();
    }

    /** Which of its servers leads; while they elect another, none does. */
    public int leader() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            for (int at = 0; at < nodes.size(); at++) {
                if (leads(at)) {
                    return at;
                }
            }
        }
        throw new IllegalStateException("There is no leader now.");
    }

    private boolean leads(int node) {
        String status =
                run(
                        List.of(
                                control.toString(),
                                "--endpoints=" + text(nodes.get(node).client),
                                "endpoint",
                                "status",
                                "--write-out=fields"));
        return field(status, "MemberID").equals(field(status, "Leader"));
    }

    private static String field(String status, String name) {
        Optional<String> line =
                status.lines().filter(one -> one.startsWith("\"" + name + "\"")).findFirst();
        return line.orElse(":").replaceAll(".*: *", "");
    }

    @Override
    public void wipe() {
        control("del", "", "--from-key=true");
    }

    @Override
    public void backup() {
        try {
            Files.deleteIfExists(folder.resolve("backup"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>();
        command.add(control.toString());
        command.add("--endpoints=" + text(nodes.getFirst().client));
        command.addAll(controlOptions);
        command.addAll(List.of("snapshot", "save", folder.resolve("backup").toString()));
        run(command);
    }

    /** The cluster that comes back says that it is the same. */
    @Override
    public void restore() {
        kill();
        Path tool = Servers.find("etcdutl").orElse(control);
        for (Node node : nodes) {
            ServerProcess.delete(node.data);
            run(
                    List.of(
                            tool.toString(),
                            "snapshot",
                            "restore",
                            folder.resolve("backup").toString(),
                            "--name",
                            node.name,
                            "--data-dir",
                            node.data.toString(),
                            "--initial-cluster",
                            members(),
                            "--initial-advertise-peer-urls",
                            node.peerUrl()));
        }
        start();
    }

    /** Ends it, deletes all of its files, and starts it again as if it were new. */
    public void startEmpty() {
        kill();
        nodes.forEach(node -> ServerProcess.delete(node.data));
        start();
    }

    @Override
    public void close() {
        kill();
        ServerProcess.delete(folder);
    }
}
