package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Redis server of a test's own. By default it loses nothing that it acknowledged. */
public final class RedisServer implements TestServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;
    private final Path folder;
    private final Path backup;
    private final List<String> first;
    private final List<String> settings;
    private final InetSocketAddress address = ServerProcess.freeAddress();
    private final String version;
    private ServerProcess process;

    /** A server that forces each commit to the disk before it answers. */
    public RedisServer() {
        this("--appendonly", "yes", "--appendfsync", "always");
    }

    /** A server with these settings, as on the command line of {@code redis-server}. */
    public RedisServer(String... settings) {
        this(List.of(), List.of(settings));
    }

    /** A sentinel with that configuration, a file that it writes to. */
    public static RedisServer sentinel(Path configuration) {
        return new RedisServer(List.of(configuration.toString()), List.of("--sentinel"));
    }

    private RedisServer(List<String> first, List<String> settings) {
        this.first = first;
        this.program = Servers.require("redis-server", "apt-get install redis-server");
        this.settings = settings;
        try {
            this.folder = Files.createTempDirectory("roster-redis");
            this.backup = Files.createTempDirectory("roster-redis-backup");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launch();
        this.version = value(command("INFO", "server"), "redis_version");
    }

    private ServerProcess launch() {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(first);
        command.addAll(
                List.of(
                        "--port",
                        String.valueOf(address.getPort()),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        folder.toString(),
                        "--save",
                        "",
                        "--daemonize",
                        "no"));
        command.addAll(settings);
        ServerProcess started = ServerProcess.start(folder.resolve("redis.log"), folder, command);
        started.awaitReady(PATIENCE, this::answers);
        return started;
    }

    private boolean answers() {
        try {
            String answer = command("PING");
            return answer.startsWith("+PONG")
                    || answer.startsWith("-NOAUTH")
                    || answer.startsWith("-NOPERM");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Sends a command, and returns the answer as it came; of a list perhaps the beginning. */
    public String command(String... words) {
        StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            request.append("$").append(length).append("\r\n").append(word).append("\r\n");
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            byte[] piece = new byte[1 << 16];
            StringBuilder answer = new StringBuilder();
            int length = 0;
            while (length >= 0 && !isWhole(answer)) {
                length = socket.getInputStream().read(piece);
                answer.append(
                        new String(piece, 0, Math.max(0, length), StandardCharsets.ISO_8859_1));
            }
            return new String(
                    answer.toString().getBytes(StandardCharsets.ISO_8859_1),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWhole(CharSequence answer) {
        String text = answer.toString();
        int line = text.indexOf("\r\n");
        if (line < 0 || !text.startsWith("$")) {
            return line >= 0;
        }
        return text.length() >= line + 2 + Math.max(0, Integer.parseInt(text.substring(1, line)));
    }

    private static String value(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    @Override
    public String name() {
        return "Redis " + version;
    }

    @Override
    public String url(InetSocketAddress through) {
        return "redis://127.0.0.1:%d/0?namespace=test".formatted(through.getPort());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void stop() {
        process.stop(PATIENCE);
    }

    @Override
    public void start() {
        process = launch();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void resume() {
        process.resume();
    }

    @Override
    public void wipe() {
        command("FLUSHALL");
    }

    @Override
    public void backup() {
        // What is forced to the disk is there while it stands still.
        process.pause();
        try {
            clear(backup);
            copy(folder, backup);
        } finally {
            process.resume();
        }
    }

    @Override
    public void restore() {
        process.kill();
        clear(folder);
        copy(backup, folder);
        process = launch();
    }

    private static void clear(Path folder) {
        ServerProcess.delete(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.kill();
        ServerProcess.delete(folder);
        ServerProcess.delete(backup);
    }
}
