package dev.roster.bench.cluster;

import dev.roster.bench.ChildJvm;
import dev.roster.testkit.server.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The servers that the peers need, from the class path of their own. */
final class PeerServers implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path lib;
    private final Path directory;
    private final List<AutoCloseable> running = new ArrayList<>();

    /**
     * Starts none yet.
     *
     * @param lib the folder of the peers' jars
     */
    PeerServers(Path lib, Path directory) {
        this.lib = lib;
        this.directory = directory;
    }

    /** A process of a peer. */
    Launch peer(String... arguments) {
        return () ->
                ChildJvm.start(
                        classPath(),
                        "dev.roster.bench.peers.PeerProcess",
                        List.of(arguments),
                        errors());
    }

    /** A ZooKeeper, with Helix's controller beside it; its address. */
    String helix() throws IOException {
        InetSocketAddress address = ServerProcess.freeAddress();
        Path data = Files.createTempDirectory(directory, "zookeeper");
        start(
                data,
                address,
                "-Xmx192m",
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                Integer.toString(address.getPort()),
                data.toString(),
                "1000");
        String text = "127.0.0.1:" + address.getPort();
        ChildJvm controller =
                ChildJvm.start(
                        classPath(),
                        "dev.roster.bench.peers.HelixCluster",
                        List.of(text),
                        errors());
        running.add(controller::kill);
        String line = controller.answer();
        while (!line.equals("ready")) {
            line = controller.answer();
        }
        return text;
    }

    /** A Kafka broker that is its own controller; its address. */
    String kafka(String... settings) throws IOException, InterruptedException {
        InetSocketAddress broker = ServerProcess.freeAddress();
        InetSocketAddress controller = ServerProcess.freeAddress();
        Path data = Files.createTempDirectory(directory, "kafka");
        List<String> properties =
                new ArrayList<>(
                        List.of(
                                "process.roles=broker,controller",
                                "node.id=1",
                                "controller.quorum.bootstrap.servers=127.0.0.1:"
                                        + controller.getPort(),
                                "listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                        .formatted(broker.getPort(), controller.getPort()),
                                "controller.listener.names=CONTROLLER",
                                "inter.broker.listener.name=PLAINTEXT",
                                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                                "log.dirs=" + data.resolve("logs"),
                                "offsets.topic.replication.factor=1",
                                "offsets.topic.num.partitions=1"));
        properties.addAll(List.of(settings));
        Path file = data.resolve("server.properties");
        Files.write(file, properties);
        Process format =
                new ProcessBuilder(
                                java(),
                                "-cp",
                                classPath(),
                                "kafka.tools.StorageTool",
                                "format",
                                "--standalone",
                                "-t",
                                "Um9zdGVyQmVuY2htYXJrcw",
                                "-c",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("format.log").toFile())
                        .start();
        if (format.waitFor() != 0) {
            throw new IOException(
                    "Kafka's storage could not be made: "
                            + Files.readString(data.resolve("format.log")));
        }
        start(data, broker, "-Xmx512m", "kafka.Kafka", file.toString());
        return "127.0.0.1:" + broker.getPort();
    }

    private void start(Path data, InetSocketAddress address, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java(), "-cp", classPath()));
        command.addAll(List.of(arguments));
        ServerProcess server = ServerProcess.start(data.resolve("log"), data, command);
        running.add(server);
        server.awaitReady(START, () -> ServerProcess.listens(address));
    }

    private ProcessBuilder.Redirect errors() {
        return ProcessBuilder.Redirect.appendTo(directory.resolve("peers.log").toFile());
    }

    private String classPath() {
        return lib + "/*";
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Ends all that runs. */
    @Override
    public void close() {
        for (AutoCloseable one : running.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                System.err.println("bench: a server did not end: " + e);
            }
        }
        running.clear();
    }
}
