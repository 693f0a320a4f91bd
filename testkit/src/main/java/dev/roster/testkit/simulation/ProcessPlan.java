package dev.roster.testkit.simulation;

import dev.roster.protocol.DivisionSettings;
import java.util.List;

/** How a process is started. */
record ProcessPlan(
        String name,
        String tie,
        String version,
        boolean hasSlotHandler,
        List<DivisionSettings> divisions) {}
