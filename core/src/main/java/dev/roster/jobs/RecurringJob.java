package dev.roster.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A recurring job, to be looked at.
 *
 * @param name its name
 * @param schedule when it is due, as {@link Schedule#text} has it
 * @param task the task of its jobs
 * @param key their key, "" for none
 * @param missed what becomes of fire times that passed while no consumer was there
 * @param paused whether it rests
 * @param next the next fire time, or the first one that waits to be submitted; null if it rests,
 *     never fires again, or if the kind of its schedule is not known here
 * @param last the last fire time whose job was submitted; null for none
 * @param lastJob that job; null for none
 */
public record RecurringJob(
        String name,
        String schedule,
        String task,
        String key,
        Missed missed,
        boolean paused,
        @Nullable Instant next,
        @Nullable Instant last,
        @Nullable JobId lastJob) {}
