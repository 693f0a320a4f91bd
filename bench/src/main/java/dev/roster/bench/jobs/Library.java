package dev.roster.bench.jobs;

import java.util.ArrayList;
import java.util.List;

/** A library that does jobs. */
enum Library {
    ROSTER("roster", "Roster", 100, 100),
    DB_SCHEDULER("db-scheduler", "db-scheduler 16", 20, 100),
    JOB_RUNR("jobrunr", "JobRunr 8", 32, 10),
    QUARTZ("quartz", "Quartz 2.5", 20, 10);

    final String id;

    /** As its users know it. */
    final String title;

    /** How many short jobs it does at once, as it is fastest. */
    final int atOnce;

    /** How many of the jobs are enough to measure it by, of a hundred. */
    final int share;

    Library(String id, String title, int atOnce, int share) {
        this.id = id;
        this.title = title;
        this.atOnce = atOnce;
        this.share = share;
    }

    /** All, or those that {@code BENCH_PEERS} in the environment names. */
    static List<Library> chosen() {
        String wanted = System.getenv("BENCH_PEERS");
        if (wanted == null || wanted.isEmpty()) {
            return List.of(values());
        }
        List<Library> chosen = new ArrayList<>();
        for (String one : wanted.split(",", -1)) {
            Library found = null;
            for (Library library : values()) {
                found = library.id.equals(one) ? library : found;
            }
            if (found == null) {
                throw new IllegalArgumentException(
                        "BENCH_PEERS names \"%s\"; of jobs, roster, db-scheduler, jobrunr and quartz are known"
                                .formatted(one));
            }
            chosen.add(found);
        }
        return chosen;
    }
}
