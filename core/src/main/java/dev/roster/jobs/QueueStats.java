package dev.roster.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What is in a queue.
 *
 * @param due jobs that can run now, those that do among them
 * @param later jobs that are due later
 * @param dead dead letters
 * @param oldest how long the one has been due that has been longest
 * @param tasks of those that were looked at, jobs by task
 * @param lookedAt how many jobs {@code tasks} counts
 * @param paused whether the queue is paused
 * @param pausedTasks tasks that are paused
 * @param perHour how many jobs are begun in an hour at most; 0 for no limit
 */
public record QueueStats(
        long due,
        long later,
        long dead,
        Duration oldest,
        Map<String, Long> tasks,
        long lookedAt,
        boolean paused,
        Set<String> pausedTasks,
        long perHour) {}
