package dev.roster.cli;

import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;

/** Standard output and error, by whole lines, with a last line on a terminal that is rewritten. */
final class Screen {
    private static final String CLEAR = "\r\u001b[K";

    private final ReentrantLock lock = new ReentrantLock();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Terminal terminal;
    private String live = "";

    Screen(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean isLive() {
        return terminal.isTerminal();
    }

    void out(String line) {
        print(out, line);
    }

    void err(String line) {
        print(err, line);
    }

    /** Shows a line at the bottom of the terminal until the next one. */
    void live(String line) {
        lock.lock();
        try {
            live = line.length() > terminal.width() ? line.substring(0, terminal.width()) : line;
            err.print(CLEAR + live);
            err.flush();
        } finally {
            lock.unlock();
        }
    }

    private void print(PrintStream to, String line) {
        lock.lock();
        try {
            if (!live.isEmpty()) {
                err.print(CLEAR);
                err.flush();
            }
            to.println(line);
            to.flush();
            if (!live.isEmpty()) {
                err.print(live);
                err.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the line at the bottom. */
    void endLive() {
        lock.lock();
        try {
            if (!live.isEmpty()) {
                err.print(CLEAR);
                err.flush();
                live = "";
            }
        } finally {
            lock.unlock();
        }
    }
}
