package dev.roster.cli;

/** What the exit codes mean; the help of each command lists its own. */
final class ExitCodes {
    static final int OK = 0;
    static final int ERROR = 1;
    static final int SOME_FAILED = 3;

    private ExitCodes() {}
}
