package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.protocol.jobs.TaskSettings;
import java.util.Map;
import java.util.TreeMap;

/** The tasks that are known, and what does their jobs. For one thread at a time. */
final class Tasks {
    final Map<String, JobHandler> handlers = new TreeMap<>();
    final Map<String, TaskSettings> settings = new TreeMap<>();

    void add(String name, TaskOptions how, JobHandler handler) {
        Limits.checkedName("task name", name);
        if (handlers.putIfAbsent(name, handler) != null) {
            throw new InvalidInputException(
                    "The task %s has a handler already.".formatted(Limits.quoted(name)));
        }
        settings.put(name, how.settings());
    }
}
