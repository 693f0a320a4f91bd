package dev.roster.group;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/** What a member is called that was given no name. */
final class Names {
    private static final AtomicInteger JOININGS = new AtomicInteger();

    private Names() {}

    /** Host, process id and a number within the process. */
    static String ownName() {
        int number = JOININGS.incrementAndGet();
        String base = host() + "-" + ProcessHandle.current().pid();
        return number == 1 ? base : base + "-" + number;
    }

    private static String host() {
        String host = System.getenv("HOSTNAME");
        if (host == null || host.isBlank()) {
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                host = "localhost";
            }
        }
        String plain = host.replaceAll("[^A-Za-z0-9.-]", "-");
        return plain.length() > 60 ? plain.substring(0, 60) : plain;
    }
}
