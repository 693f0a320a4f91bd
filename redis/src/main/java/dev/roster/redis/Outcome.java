package dev.roster.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a script ended that has no answer.
 *
 * @param isUndone whether it certainly did nothing, and will do nothing
 * @param why in words
 */
record Outcome(boolean isUndone, String why) {
    /**
     * What a server says before a script has begun, or at its first write. Once a script has
     * written, Redis lets it go on: it looks at memory, disk and replicas before that alone.
     */
    private static final Set<String> BEFORE =
            Set.of(
                    "NOSCRIPT",
                    "BUSY",
                    "LOADING",
                    "READONLY",
                    "MASTERDOWN",
                    "CLUSTERDOWN",
                    "MOVED",
                    "ASK",
                    "TRYAGAIN",
                    "CROSSSLOT",
                    "OOM",
                    "MISCONF",
                    "NOREPLICAS",
                    "NOAUTH",
                    "WRONGPASS",
                    "ROSTERINFO",
                    "ROSTERVERSION");

    /** Redis 6 wraps the name of an error that a command of a script had. */
    private static final Pattern WRAPPED = Pattern.compile(": -([A-Z]+) ");

    static Outcome of(Throwable failure, Secrets secrets) {
        Throwable cause = unwrapped(failure);
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        boolean isUndone = cause instanceof RedisCommandExecutionException && isBefore(message);
        return new Outcome(isUndone, secrets.scrub(message));
    }

    private static boolean isBefore(String message) {
        String name = name(message);
        // Denied as a whole, or in the middle?
        return BEFORE.contains(name) || (name.equals("NOPERM") && !message.contains("script"));
    }

    /** The name that a server's error begins with. */
    static String name(String message) {
        Matcher wrapped = WRAPPED.matcher(message);
        if (message.startsWith("ERR ") && wrapped.find()) {
            return wrapped.group(1);
        }
        int space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
