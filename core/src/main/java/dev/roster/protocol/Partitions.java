package dev.roster.protocol;

/** How the partitions of a key space are named as keys. */
public final class Partitions {
    /** The most partitions of a key space. */
    public static final int MOST = 100_000;

    private Partitions() {}

    /** The key of a partition: its number, with zeros in front so that keys sort as numbers do. */
    public static String key(int partition, int partitions) {
        String number = Integer.toString(partition);
        int digits = Integer.toString(partitions - 1).length();
        return "0".repeat(digits - number.length()) + number;
    }
}
