package dev.roster.etcd;

import dev.roster.StoreRefusedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the etcd that is about to be used: refuses what cannot work, warns of what is known. */
final class Preflight {
    private static final System.Logger LOGGER = System.getLogger("dev.roster.etcd");

    /** Once for each cluster, however often it is opened. */
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    private Preflight() {}

    static void check(EtcdConnection connection) {
        String version = "";
        boolean full = false;
        try {
            ProtoReader from =
                    new ProtoReader(
                            connection.call(Call.STATUS, EtcdConnection.Kind.READS, new byte[0]));
            for (int field = from.field(); field != 0; field = from.field()) {
                switch (field) {
                    case 2 -> version = from.text();
                    case 8 -> full |= from.text().contains("NOSPACE");
                    default -> from.skip();
                }
            }
        } catch (CallFailedException e) {
            throw Failures.atOpening(e, connection);
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        } catch (ProtoReader.BadMessageException e) {
            throw new StoreRefusedException(
                    "What answers at %s is not etcd 3.".formatted(connection.servers()), e);
        }
        String problem = problem(version);
        if (!problem.isEmpty() && SAID.add(connection.servers() + problem)) {
            LOGGER.log(System.Logger.Level.WARNING, problem);
        }
        if (full) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "etcd at {0} is out of space and takes no writes: compact and defragment it, then disarm the alarm (etcdctl alarm disarm).",
                    connection.servers());
        }
    }

    /** What is to be said of a version; "" for nothing. */
    static String problem(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches()) {
            return "";
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        int patch = Integer.parseInt(numbers.group(3));
        if (major < 3 || (major == 3 && minor < 4)) {
            throw new StoreRefusedException(
                    "This etcd is %s, and Roster needs 3.4 or later: its watches cannot be asked whether they live."
                            .formatted(version));
        }
        if (major == 3 && minor == 5 && patch < 3) {
            return "etcd %s can lose data when a server crashes (fixed in 3.5.3): update it."
                    .formatted(version);
        }
        if (major == 3 && ((minor == 4 && patch < 31) || (minor == 5 && patch < 13))) {
            return "etcd %s can leave changes out of a watch after a compaction (fixed in 3.4.31 and 3.5.13). Roster notices and reads again, but update it."
                    .formatted(version);
        }
        return "";
    }
}
