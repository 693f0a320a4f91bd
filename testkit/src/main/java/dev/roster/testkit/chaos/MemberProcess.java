package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process and the proxies between it and the store's servers. For one thread at a time. */
final class MemberProcess {
    final String name;
    final Path history;

    /** None where there is nothing to stand between. */
    final List<TcpProxy> proxies;

    private final Process process;
    private boolean frozen;

    MemberProcess(String name, Path history, List<TcpProxy> proxies, Process process) {
        this.name = name;
        this.history = history;
        this.proxies = List.copyOf(proxies);
        this.process = process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(10);
        closeProxies();
    }

    /** Lets it begin nothing new. */
    void tellToCalmDown() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It has ended.
        }
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

    void closeProxies() {
        proxies.forEach(TcpProxy::close);
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
