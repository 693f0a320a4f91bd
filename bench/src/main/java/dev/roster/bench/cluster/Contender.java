package dev.roster.bench.cluster;

import java.time.Duration;

/**
 * Who is measured beside others.
 *
 * @param name who, with which settings
 * @param launch starts a member
 * @param level whether members are level when they are done
 * @param patience how long a change may take at most
 * @param leaves how often one leaves and joins
 * @param kills how often one is killed
 */
record Contender(
        String name, Launch launch, boolean level, Duration patience, int leaves, int kills) {}
