package dev.roster.bench.jobs;

import dev.roster.bench.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs of Roster, and of other libraries on the same PostgreSQL. */
public final class JobsPart implements Part {
    /** One of the tables. */
    interface Section {
        String measured(Path directory) throws IOException, InterruptedException;
    }

    private static final Map<String, Section> SECTIONS = sections();

    /** What is measured if nothing is said. */
    private static final List<String> USUAL = List.of("submit", "run");

    private static Map<String, Section> sections() {
        Map<String, Section> all = new LinkedHashMap<>();
        all.put("submit", new SubmitSection());
        all.put("run", new RunSection(50_000, 0));
        all.put("large", new RunSection(400_000, 0));
        all.put("short", new RunSection(20_000, 1000));
        all.put("long", new RunSection(2_000, 100_000));
        all.put("delay", new DelaySection());
        all.put("leave", new LeaveSection());
        all.put("stores", new StoresSection());
        all.put("waiting", new WaitingSection());
        all.put("progress", new ProgressSection());
        all.put("order", new OrderSection());
        all.put("soak", new SoakSection());
        return all;
    }

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public String summary() {
        return "jobs, beside db-scheduler, JobRunr and Quartz (20 min; BENCH_JOBS chooses of %s)"
                .formatted(String.join(", ", SECTIONS.keySet()));
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        if (!Files.isDirectory(Worker.lib())) {
            return "Not measured: %s does not exist; bench/run builds it.%n"
                    .formatted(Worker.lib());
        }
        String wanted = System.getenv("BENCH_JOBS");
        List<String> chosen =
                wanted == null || wanted.isEmpty() ? USUAL : List.of(wanted.split(",", -1));
        StringBuilder all = new StringBuilder();
        for (String one : chosen) {
            Section section = SECTIONS.get(one);
            if (section == null) {
                throw new IllegalArgumentException(
                        "BENCH_JOBS names \"%s\"; known are %s".formatted(one, SECTIONS.keySet()));
            }
            String load = Load.now();
            all.append("### %s%n%nLoad average before: %s, after: ".formatted(one, load));
            String table = section.measured(directory);
            all.append("%s.%n%n%s%n".formatted(Load.now(), table));
        }
        return all.toString();
    }
}
