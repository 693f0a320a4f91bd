package dev.roster.jobs;

/** Reads schedules of one kind; found by {@link java.util.ServiceLoader}. */
public interface ScheduleProvider {
    /** The word that their texts begin with, such as {@code cron}. */
    String kind();

    /**
     * The schedule of a text.
     *
     * @param rest the text after the kind and the space
     * @throws dev.roster.InvalidInputException it is wrong
     */
    Schedule parse(String rest);
}
