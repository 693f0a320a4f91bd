package dev.roster.testkit.simulation;

import dev.roster.protocol.Event;
import dev.roster.testkit.check.Work;

/** How users' handlers behave. */
final class Handlers {
    private final Scenario scenario;
    private final Network network;
    private final Dice dice;

    Handlers(Scenario scenario, Network network, Dice dice) {
        this.scenario = scenario;
        this.network = network;
        this.dice = dice;
    }

    /** Whether work on the key is over some time, of itself. */
    boolean endsByItself(Work work) {
        return network.isTroubled && scenario.has(Fault.ENDING) && dice.chance(0.3);
    }

    long runNanos() {
        return dice.around(5_000_000_000L);
    }

    Event.Ending ending() {
        return switch (dice.between(0, 3)) {
            case 0 -> new Event.Ending.Done(1);
            case 1, 2 -> new Event.Ending.Failed("it did not work out", 1);
            default -> new Event.Ending.GivenBack();
        };
    }

    /** How long a handler takes to stop; at times longer than it may. */
    long stopNanos() {
        if (network.isTroubled && scenario.has(Fault.STUCK) && dice.chance(0.1)) {
            return dice.between(scenario.stopNanos(), 4 * scenario.stopNanos());
        }
        return dice.skewed(0, scenario.stopNanos() / 3);
    }

    long writeNanos() {
        return dice.between(scenario.writeEveryNanos() / 2, scenario.writeEveryNanos() * 3 / 2);
    }
}
