package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.lang.management.ManagementFactory;

/** How busy the machine is. */
final class Load {
    private Load() {}

    static String now() {
        return Samples.text(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
