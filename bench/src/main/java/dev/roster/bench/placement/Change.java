package dev.roster.bench.placement;

/** What happened to a group since its last placement. */
public enum Change {
    FROM_NOTHING("from nothing"),
    ONE_JOINS("one joins"),
    ONE_LEAVES("one leaves");

    private final String text;

    Change(String text) {
        this.text = text;
    }

    int membersAfter(int members) {
        return switch (this) {
            case FROM_NOTHING -> members;
            case ONE_JOINS -> members + 1;
            case ONE_LEAVES -> members - 1;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
