package dev.roster.jobs;

import java.util.List;

/**
 * Some of the jobs that were asked for.
 *
 * @param jobs these
 * @param next where to go on; "" if there are no more
 */
public record JobPage(List<JobView> jobs, String next) {
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
