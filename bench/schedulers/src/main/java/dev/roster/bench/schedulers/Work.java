package dev.roster.bench.schedulers;

/**
 * What a job is about, the same for all who do it.
 *
 * @param number tells it from others
 * @param micros how long it takes
 * @param sent when it was submitted, by the machine's one monotonic clock
 */
record Work(long number, int micros, long sent) {
    @Override
    public String toString() {
        return number + ":" + micros + ":" + sent;
    }

    static Work parse(String text) {
        String[] parts = text.split(":", 3);
        return new Work(
                Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
    }
}
