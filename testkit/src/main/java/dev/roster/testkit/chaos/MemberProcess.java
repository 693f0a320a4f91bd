package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member's process and the proxy between it and the store. For one thread at a time. */
final class MemberProcess {
    final String name;
    final Path history;

    /** Null where there is nothing to stand between. */
    final @Nullable TcpProxy proxy;

    private final Process process;
    private boolean frozen;

    MemberProcess(String name, Path history, @Nullable TcpProxy proxy, Process process) {
        this.name = name;
        this.history = history;
        this.proxy = proxy;
        this.process = process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(10);
        closeProxy();
    }

    /** Ends its standard input, which makes it leave. */
    void tellToLeave() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** Whether it ended by itself within so many seconds. */
    boolean awaitEnd(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + name, e);
        }
    }

    /** How it ended; meaningful when it has. */
    int exitCode() {
        return process.exitValue();
    }

    void closeProxy() {
        if (proxy != null) {
            proxy.close();
        }
    }

    void freeze() {
        frozen = true;
        signal("STOP");
    }

    void thaw() {
        if (frozen) {
            frozen = false;
            signal("CONT");
        }
    }

    private void signal(String signal) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
