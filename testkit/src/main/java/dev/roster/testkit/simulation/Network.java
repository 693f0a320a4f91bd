package dev.roster.testkit.simulation;

/** How long messages take, and which are lost. */
final class Network {
    private final Scenario scenario;
    private final Tally tally;
    private final Dice dice;

    /** Whether messages meet faults now. */
    boolean isTroubled;

    /** How much longer everything takes now. */
    long slowNanos;

    Network(Scenario scenario, Tally tally, Dice dice) {
        this.scenario = scenario;
        this.tally = tally;
        this.dice = dice;
    }

    /** How long one message is under way. */
    long delay() {
        return dice.between(100_000, scenario.latencyNanos())
                + (slowNanos == 0 ? 0 : dice.between(0, slowNanos));
    }

    /** How late a watch notices. */
    long watchDelay() {
        if (meets(Fault.WATCH_LAG)) {
            tally.count(Sometimes.CHANGES_TOLD_LATE);
            return dice.around(scenario.timing().leaseNanos() / 2);
        }
        return dice.between(0, scenario.latencyNanos());
    }

    long retryDelay() {
        return dice.between(50_000_000, 300_000_000);
    }

    /** How long until a poll notices what no notice was given of. */
    long pollDelay() {
        return dice.between(200_000_000, 2_000_000_000);
    }

    /** How long until a poll brings what nobody was to be told of at once. */
    long quietDelay() {
        return dice.between(0, 2_000_000_000);
    }

    boolean losesChanges() {
        return meets(Fault.WATCH_LOST);
    }

    /** Whether a message meets this fault. */
    boolean meets(Fault fault) {
        boolean meets = isTroubled && dice.chance(scenario.trouble(fault));
        if (meets) {
            tally.fault();
        }
        return meets;
    }

    /** How late a message is that comes too late. */
    long lateness() {
        return dice.between(scenario.operationNanos(), scenario.timing().leaseNanos() * 5 / 2);
    }
}
