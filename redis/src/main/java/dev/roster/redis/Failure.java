package dev.roster.redis;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Says what a failure to use a server means to the caller, and what to do. */
final class Failure {
    private Failure() {}

    /**
     * The exception to throw. It has no cause: a driver's messages may repeat what nobody should
     * read.
     */
    static RosterException of(
            RedisUrl.Address address, Throwable failure, Secrets secrets, boolean isTls) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = secrets.scrub(String.valueOf(cause.getMessage()));
            if (cause instanceof RedisCommandExecutionException) {
                return refused(address, message);
            }
            if (cause instanceof SSLException) {
                return new StoreRefusedException(
                        "Redis at %s and this process cannot agree on TLS (%s): see the options ca, certificate and key, and that the certificate is for this host."
                                .formatted(address, message));
            }
            if (cause instanceof UnknownHostException) {
                return new StoreUnavailableException(
                        "Redis at %s cannot be found: the host has no address here."
                                .formatted(address));
            }
            if (cause instanceof ConnectException) {
                return new StoreUnavailableException(
                        "Redis at %s cannot be reached (%s): is it running, and may this machine connect to it?"
                                .formatted(address, message));
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StoreUnavailableException(
                "Redis at %s cannot be used (%s)%s."
                        .formatted(
                                address,
                                secrets.scrub(String.valueOf(root.getMessage())),
                                isTls
                                        ? ": does it speak TLS on this port?"
                                        : ": does it want TLS?"));
    }

    private static RosterException refused(RedisUrl.Address address, String message) {
        // What a server without passwords says to one.
        boolean isPassword = message.contains("AUTH <password> called");
        return switch (isPassword ? "WRONGPASS" : Outcome.name(message)) {
            case "WRONGPASS" ->
                    new StoreRefusedException(
                            "Redis at %s does not take the user and password of the store URL."
                                    .formatted(address));
            case "NOAUTH" ->
                    new StoreRefusedException(
                            "Redis at %s wants a password: write it into the store URL, as redis://user:password@host:port."
                                    .formatted(address));
            case "NOPERM" ->
                    new StoreRefusedException(
                            "Redis at %s denies this user something that Roster needs (%s): see the ACL in the manual."
                                    .formatted(address, message));
            case "ROSTERVERSION" ->
                    new StoreRefusedException(
                            "What is in Redis at %s was written by a Roster with schema version %s, and this one knows 1: use that release or a newer one."
                                    .formatted(
                                            address, message.substring(message.indexOf(' ') + 1)));
            case "ERR", "WRONGTYPE" ->
                    new StoreRefusedException(
                            "Redis at %s refuses what Roster needs (%s)."
                                    .formatted(address, message));
            default ->
                    new StoreUnavailableException(
                            "Redis at %s cannot act now (%s).".formatted(address, message));
        };
    }
}
