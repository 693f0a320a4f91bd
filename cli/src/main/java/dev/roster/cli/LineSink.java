package dev.roster.cli;

/** Where a command's output goes, line by line. */
interface LineSink {
    void line(boolean isError, String line);
}
