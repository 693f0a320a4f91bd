package dev.roster.testkit.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whose a connection of this machine is, as Linux tells it to the user whose processes they are.
 */
public final class Sockets {
    private Sockets() {}

    /**
     * Which of some processes has a socket that is bound to a port of 127.0.0.1 and connected.
     *
     * @param pids the processes that may have it
     * @throws IOException this system does not tell
     */
    public static Optional<Long> owner(InetSocketAddress local, List<Long> pids)
            throws IOException {
        Optional<String> node = node(local);
        if (node.isPresent()) {
            for (long pid : pids) {
                if (has(pid, "socket:[%s]".formatted(node.get()))) {
                    return Optional.of(pid);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> node(InetSocketAddress local) throws IOException {
        String wanted = String.format(Locale.ROOT, "0100007F:%04X", local.getPort());
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            // Number, local and remote address, state, and in the tenth column the socket's node.
            String[] columns = line.strip().split(" +");
            if (columns[1].equals(wanted) && !columns[9].equals("0")) {
                return Optional.of(columns[9]);
            }
        }
        return Optional.empty();
    }

    private static boolean has(long pid, String socket) throws IOException {
        Path descriptors = Path.of("/proc", Long.toString(pid), "fd");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path one : all) {
                if (isTo(one, socket)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException e) {
            return false; // closed by now
        }
    }
}
