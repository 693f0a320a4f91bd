package dev.roster.bench.schedulers;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** When which job began, if that is to be noted, in memory: printing it would take longer. */
final class Notes {
    private static volatile boolean isOn;
    private static long[] numbers = new long[1024];
    private static long[] times = new long[1024];
    private static int count;

    private Notes() {}

    static void begin() {
        isOn = true;
    }

    static void add(long number, long nanos) {
        if (isOn) {
            append(number, nanos);
        }
    }

    private static synchronized void append(long number, long nanos) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
            times = Arrays.copyOf(times, count * 2);
        }
        numbers[count] = number;
        times[count] = nanos;
        count++;
    }

    /** Writes pairs of a number and a time. */
    static synchronized void write(Path file) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(
                        new java.io.BufferedOutputStream(Files.newOutputStream(file)))) {
            for (int at = 0; at < count; at++) {
                out.writeLong(numbers[at]);
                out.writeLong(times[at]);
            }
        }
    }
}
