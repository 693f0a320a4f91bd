package dev.roster.testkit.witness;

import dev.roster.protocol.Timing;
import dev.roster.testkit.check.Checks;
import dev.roster.testkit.check.History;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Violated;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The histories of a run's processes, as one. What the store did is known from what the processes
 * were given: a claim stands just before the first work under its token, and a view just before its
 * first slot. So the checkers of tokens (K1, K2), of overlapping work (K3) and of slots (M2, M3,
 * M4b) judge it as they judge the simulation; those that need the store's own order do not see
 * enough to object.
 */
public final class Testimony {
    /** The promises that a testimony can prove broken. */
    public static final List<String> JUDGED = List.of("K1", "K2", "K3", "M2", "M3", "M4b");

    private final List<Observation> said;
    private final List<Claim> stale = new ArrayList<>();

    private Testimony(List<Observation> said) {
        this.said = List.copyOf(said);
    }

    /**
     * Reads histories.
     *
     * @param more what the one who ran the processes knows: which died, and when
     */
    public static Testimony read(Collection<Path> files, List<Observation> more) {
        List<List<Observation>> all = new ArrayList<>();
        for (Path file : files) {
            try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                all.add(History.read(in));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        all.add(more);
        return new Testimony(History.merge(all));
    }

    /** What was said, by time. */
    public List<Observation> said() {
        return said;
    }

    /** Which promises were broken, by the ids of {@link #JUDGED}. */
    public Map<String, String> broken(Duration lease) {
        Timing timing = new Timing(lease.toNanos(), Timing.DRIFT_PER_MILLE);
        Map<String, String> broken = new LinkedHashMap<>();
        for (Violated violated : Checks.over(completed(), timing, true)) {
            if (JUDGED.contains(violated.statement())) {
                broken.put(violated.statement(), String.valueOf(violated.getMessage()));
            }
        }
        return broken;
    }

    private record Claim(String division, String key) {}

    private List<Observation> completed() {
        List<Observation> all = new ArrayList<>();
        TreeSet<String> members = new TreeSet<>();
        TreeSet<Long> views = new TreeSet<>();
        Map<Claim, Long> claims = new LinkedHashMap<>();
        Map<String, Long> until = new LinkedHashMap<>();
        stale.clear();
        all.add(new Observation.EraAgreed(0, 0, true));
        for (Observation seen : said) {
            switch (seen) {
                case Observation.WorkStarted work -> {
                    addMember(members, work.member(), seen.at(), all);
                    Claim claim = new Claim(work.division(), work.key());
                    long latest = claims.getOrDefault(claim, 0L);
                    boolean mayAct = seen.at() < until.getOrDefault(work.member(), 0L);
                    if (work.token() < latest && !mayAct) {
                        // It thawed in the middle of its first step, and its guard said no.
                        stale.add(claim);
                        continue;
                    }
                    if (claims.put(claim, work.token()) == null || work.token() != latest) {
                        all.add(
                                new Observation.Unclaimed(
                                        seen.at(), work.division(), work.key(), ""));
                        all.add(
                                new Observation.Claimed(
                                        seen.at(),
                                        work.division(),
                                        work.key(),
                                        work.member(),
                                        work.token()));
                    }
                }
                case Observation.SlotStarted slot -> {
                    addMember(members, slot.member(), seen.at(), all);
                    if (views.add(slot.generation())) {
                        all.add(
                                new Observation.ViewAgreed(
                                        seen.at(), slot.generation(), slot.members()));
                    }
                }
                case Observation.Valid valid -> until.put(valid.member(), valid.until());
                case Observation.Lost lost -> until.remove(lost.member());
                default -> {}
            }
            all.add(seen);
        }
        return all;
    }

    private static void addMember(
            Set<String> members, String member, long at, List<Observation> all) {
        if (members.add(member)) {
            String name = member.substring(0, Math.max(0, member.lastIndexOf('~')));
            all.add(new Observation.MemberAdded(at, member, name, 0));
        }
    }

    /** How often work began that was over already, on a guard that said no. */
    public int stale() {
        completed();
        return stale.size();
    }

    /** How many times work was begun. */
    public long started() {
        return said.stream().filter(Observation.WorkStarted.class::isInstance).count();
    }

    /** How many effects were accepted, and how many refused. */
    public long effects(boolean accepted) {
        return said.stream()
                .filter(
                        accepted
                                ? Observation.EffectAccepted.class::isInstance
                                : Observation.EffectRefused.class::isInstance)
                .count();
    }
}
