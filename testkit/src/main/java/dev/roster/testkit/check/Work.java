package dev.roster.testkit.check;

/** A key of a division, or a partition of it. */
public record Work(String division, String key) {
    @Override
    public String toString() {
        return division + "/" + key;
    }
}
