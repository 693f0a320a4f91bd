package dev.roster.etcd;

import io.grpc.Status;
import java.util.List;
import java.util.Locale;

/** A call to etcd was not answered, or was answered with an error. */
final class CallFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * What etcd refuses before it does anything, whatever the code says. "Database space exceeded"
     * is not among it: that is said of the request, too, that was applied and took the last space.
     */
    private static final List<String> REFUSALS =
            List.of(
                    "etcdserver: too many requests",
                    "etcdserver: request is too large",
                    "etcdserver: too many operations in txn request",
                    "etcdserver: duplicate key given in txn request",
                    "etcdserver: permission denied",
                    "etcdserver: invalid auth token",
                    "etcdserver: user name is empty",
                    "etcdserver: revision of auth store is old",
                    "etcdserver: not capable");

    private final Status.Code code;
    private final String description;
    private final boolean sent;

    CallFailedException(String endpoint, Status status, boolean sent) {
        super("etcd at %s: %s".formatted(endpoint, text(status)));
        this.code = status.getCode();
        String said = status.getDescription();
        this.description = said == null ? "" : said;
        this.sent = sent;
    }

    CallFailedException(
            String endpoint, Status status, boolean sent, InterruptedException interrupt) {
        this(endpoint, status, sent);
        initCause(interrupt);
    }

    /** Whether the thread was interrupted while it waited. */
    boolean isInterrupted() {
        return getCause() instanceof InterruptedException;
    }

    private static String text(Status status) {
        String said = status.getDescription();
        StringBuilder text =
                new StringBuilder(
                        said == null
                                ? status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                : said);
        Throwable cause = status.getCause();
        for (int depth = 0; cause != null && depth < 3; depth++) {
            String message = cause.getMessage();
            if (message != null && text.indexOf(message) < 0) {
                text.append(": ").append(message);
            }
            cause = cause.getCause();
        }
        return text.toString();
    }

    /** Whether it may have taken effect, or may still. */
    boolean mayHaveHappened() {
        return sent && REFUSALS.stream().noneMatch(description::startsWith);
    }

    /** Whether it makes sense to ask another server, or this one again. */
    boolean isUnavailable() {
        return code == Status.Code.UNAVAILABLE
                || code == Status.Code.DEADLINE_EXCEEDED
                || code == Status.Code.CANCELLED
                || code == Status.Code.INTERNAL
                || code == Status.Code.UNKNOWN;
    }

    boolean isTimeout() {
        return code == Status.Code.DEADLINE_EXCEEDED;
    }

    /** Whether the login has to be made anew. */
    boolean isLoginOver() {
        return description.startsWith("etcdserver: invalid auth token")
                || description.startsWith("etcdserver: revision of auth store is old");
    }

    /** Whether the store has to be set up differently. */
    boolean isRefusal() {
        return description.startsWith("etcdserver: permission denied")
                || description.startsWith("etcdserver: user name is empty")
                || description.startsWith("etcdserver: authentication failed")
                || description.startsWith("etcdserver: authentication is not enabled");
    }

    boolean isCompacted() {
        return description.contains("required revision has been compacted");
    }

    boolean isFuture() {
        return description.contains("required revision is a future revision");
    }
}
