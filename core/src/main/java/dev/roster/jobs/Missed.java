package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.MissedPolicy;
import java.time.Duration;

/**
 * What becomes of the fire times of a recurring job that passed while no consumer was there.
 *
 * @param policy what is done
 * @param atMost of {@link Policy#RUN_ALL}: of how many of them, the last ones
 * @param late of {@link Policy#SKIP}: how late a fire time counts as missed
 */
public record Missed(Policy policy, int atMost, Duration late) {
    /** What is done. */
    public enum Policy {
        /** Nothing: it goes on with the next fire time. */
        SKIP,
        /** The last one is made up for, however late. */
        RUN_LAST,
        /** All are made up for, one after another. */
        RUN_ALL
    }

    /** Most fire times that are made up for. */
    public static final int MOST = 1000;

    /** Checks all limits. */
    public Missed {
        if (atMost < 1 || atMost > MOST) {
            throw new InvalidInputException(
                    "At most %d fire times are made up for, and the limit is 1 to %d."
                            .formatted(atMost, MOST));
        }
        if (late.isNegative() || late.compareTo(Job.LONGEST) > 0) {
            throw new InvalidInputException(
                    "A fire time is missed after %s, and the limit is 0 to %s."
                            .formatted(late, Job.LONGEST));
        }
    }

    /** Fire times that are a minute late are left out. */
    public static Missed skip() {
        return skip(Duration.ofMinutes(1));
    }

    /** Fire times that are so late are left out. */
    public static Missed skip(Duration late) {
        return new Missed(Policy.SKIP, 1, late);
    }

    /** Of those that passed the last one is made up for. */
    public static Missed runLast() {
        return new Missed(Policy.RUN_LAST, 1, Duration.ZERO);
    }

    /** All that passed are made up for, the last {@code atMost} of them. */
    public static Missed runAll(int atMost) {
        return new Missed(Policy.RUN_ALL, atMost, Duration.ZERO);
    }

    MissedPolicy stored() {
        return switch (policy) {
            case SKIP -> MissedPolicy.SKIP;
            case RUN_LAST -> MissedPolicy.LAST;
            case RUN_ALL -> MissedPolicy.ALL;
        };
    }

    static Missed of(MissedPolicy stored, int most, Duration late) {
        return switch (stored) {
            case SKIP -> skip(late);
            case LAST -> runLast();
            case ALL -> runAll(most);
        };
    }
}
