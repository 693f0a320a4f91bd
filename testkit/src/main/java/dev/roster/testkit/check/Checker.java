package dev.roster.testkit.check;

import org.jspecify.annotations.Nullable;

/** Checks one statement. The class is named after the statement's id. */
public abstract sealed class Checker
        permits M1,
                M2,
                M3,
                M4a,
                M4b,
                M5,
                M6,
                M7,
                M8,
                M9,
                K1,
                K2,
                K3,
                K4,
                K5,
                K6,
                K7,
                K8,
                R1,
                R2,
                R3,
                R4,
                J1,
                J2,
                J3,
                J4,
                J5,
                J6,
                J7,
                J8,
                J9,
                W1 {
    private final Tier tier;
    private final String statement;
    private long judged;

    Checker(Tier tier, String statement) {
        this.tier = tier;
        this.statement = statement;
    }

    /** When a statement holds. */
    public enum Tier {
        /** Always. */
        A,
        /** While the rates of clocks are within the tolerance. */
        B,
        /** While the run says that the group is left alone. */
        LIVENESS
    }

    /** The statement's id. */
    public String id() {
        return getClass().getSimpleName();
    }

    /** When it holds. */
    public Tier tier() {
        return tier;
    }

    /** What is promised. */
    public String statement() {
        return statement;
    }

    /** How many times it looked at something that could have been otherwise. */
    public long judged() {
        return judged;
    }

    /** Looks at one observation, with the world as it was before. */
    abstract void see(Observation seen, World world);

    /** Says that the statement does not hold. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    Violated violated(Observation seen, String what, @Nullable Object... arguments) {
        return new Violated(id(), seen.at(), what.formatted(arguments));
    }

    @SuppressWarnings("AnnotateFormatMethod") // as above
    void require(boolean holds, Observation seen, String what, @Nullable Object... arguments) {
        judged++;
        if (!holds) {
            throw violated(seen, what, arguments);
        }
    }
}
