package dev.roster.testkit.check;

/** A promise was broken. */
public final class Violated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String statement;

    Violated(String statement, long at, String what) {
        super("%s at %.3f s: %s".formatted(statement, at / 1e9, what));
        this.statement = statement;
    }

    /** The id of the statement. */
    public String statement() {
        return statement;
    }
}
