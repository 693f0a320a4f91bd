package dev.roster.testkit.witness;

import dev.roster.protocol.OwnerRecord;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was done to jobs in the store, from the batches that processes sent.
 *
 * <p><b>Whether.</b> A batch was applied if its sender was told so or its mark was found.
 *
 * <p><b>When.</b> A queue has no revisions. A batch took effect after it was sent; before it was
 * answered and its mark was found; and if it depends on an ownership, before that ended: one that
 * was sent later, or by somebody else, breaks a promise wherever it is put. Within these bounds
 * another reader can have begun the job before its end, and with what was saved before; so a deed
 * stands after those, and otherwise where the batch was sent.
 *
 * <p><b>Forgetting.</b> If the store may have gone back, nothing is known of the jobs that there
 * were until then: they can be there again, in an earlier state, or not be there. They are judged
 * up to that time, and those that were submitted later are judged wholly.
 */
final class JobHistory {
    /** What is known of one batch. */
    private static final class Batch {
        final String name;
        long asked = -1;
        long answered = Long.MAX_VALUE;
        long seen = Long.MAX_VALUE;
        String how = "";
        String owner = "";
        long revision;
        List<JobDeed> deeds = List.of();

        Batch(String name) {
            this.name = name;
        }

        boolean isApplied() {
            return asked >= 0 && (how.equals(APPLIED) || seen < Long.MAX_VALUE);
        }
    }

    /** An ownership, from its claim to when it was given up or taken. */
    private record Span(Observation.Claimed claim, long end) {}

    private static final String APPLIED = "applied";
    private static final Set<String> NOT = Set.of("refused", "fenced", "notapplied");

    private final StoreKeys keys;
    private final Map<String, Batch> batches = new LinkedHashMap<>();

    JobHistory(String group) {
        keys = new StoreKeys(group);
    }

    /** Takes in one line. */
    void add(Map<String, Object> line) {
        String name = String.valueOf(line.get("batch"));
        Batch batch = batches.computeIfAbsent(name, Batch::new);
        long at = StoreLife.number(line, "at");
        switch (String.valueOf(line.get("kind"))) {
            case QueueLines.ASKED -> {
                batch.asked = at;
                batch.owner = String.valueOf(line.get("owner"));
                batch.revision = StoreLife.number(line, "revision");
                if (line.get("deeds") instanceof List<?> deeds) {
                    batch.deeds = deeds.stream().map(String::valueOf).map(JobDeed::parse).toList();
                }
            }
            case QueueLines.ANSWERED -> {
                batch.answered = at;
                batch.how = String.valueOf(line.get("how"));
            }
            case QueueLines.APPLIED -> batch.seen = Math.min(batch.seen, at);
            default -> throw new IllegalArgumentException("No line of a queue: " + line);
        }
    }

    /** How many batches ended in each way, by what their senders were told. */
    Map<String, Long> ended() {
        Map<String, Long> all = new TreeMap<>();
        for (Batch batch : batches.values()) {
            if (batch.asked >= 0) {
                all.merge(batch.how, 1L, Long::sum);
            }
        }
        return all;
    }

    /** What a queue may not do, and did. */
    List<String> anomalies(List<Observation> said) {
        List<Observation.JobsForgotten> forgotten = forgotten(said);
        boolean wasWatched = batches.values().stream().anyMatch(one -> one.seen < Long.MAX_VALUE);
        List<String> found = new ArrayList<>();
        for (Batch batch : batches.values()) {
            boolean isSeen = batch.seen < Long.MAX_VALUE;
            boolean isForgotten = forgotten.stream().anyMatch(one -> one.at() > batch.asked);
            if (batch.asked >= 0 && isSeen && NOT.contains(batch.how)) {
                found.add("batch %s was %s, and was applied".formatted(batch.name, batch.how));
            } else if (wasWatched && !isSeen && batch.how.equals(APPLIED) && !isForgotten) {
                found.add("batch %s was applied, and is not there".formatted(batch.name));
            }
        }
        return found;
    }

    /**
     * What was done to jobs, in no order.
     *
     * @param inStore what happened in the store
     * @param said what processes said
     */
    List<Observation> observations(List<Observation> inStore, List<Observation> said) {
        Map<Work, List<Span>> spans = spans(inStore);
        Map<String, List<Observation.JobStarted>> starts = new HashMap<>();
        for (Observation seen : said) {
            if (seen instanceof Observation.JobStarted start) {
                starts.computeIfAbsent(start.job(), unused -> new ArrayList<>()).add(start);
            }
        }
        List<Observation> all = new ArrayList<>();
        for (Batch batch : batches.values()) {
            if (batch.isApplied()) {
                tell(batch, spans, starts, all);
            }
        }
        return all;
    }

    private static Map<Work, List<Span>> spans(List<Observation> inStore) {
        Map<Work, List<Span>> spans = new HashMap<>();
        Map<Work, Observation.Claimed> open = new HashMap<>();
        for (Observation seen : inStore) {
            switch (seen) {
                case Observation.Claimed claim -> {
                    Work work = new Work(claim.division(), claim.key());
                    end(open.put(work, claim), work, seen.at(), spans);
                }
                case Observation.Unclaimed free -> {
                    Work work = new Work(free.division(), free.key());
                    end(open.remove(work), work, seen.at(), spans);
                }
                default -> {}
            }
        }
        open.forEach((work, claim) -> end(claim, work, Long.MAX_VALUE, spans));
        return spans;
    }

    private static void end(
            Observation.@Nullable Claimed claim, Work work, long at, Map<Work, List<Span>> spans) {
        if (claim != null) {
            spans.computeIfAbsent(work, unused -> new ArrayList<>()).add(new Span(claim, at));
        }
    }

    private void tell(
            Batch batch,
            Map<Work, List<Span>> spans,
            Map<String, List<Observation.JobStarted>> starts,
            List<Observation> all) {
        long until = Math.min(batch.answered, batch.seen);
        Work work = new Work("", "");
        String member = "";
        long token = 0;
        if (!batch.owner.isEmpty()) {
            work = keys.ownedBy(batch.owner);
            token = OwnerRecord.token(0, batch.revision);
            for (Span span : spans.getOrDefault(work, List.of())) {
                Observation.Claimed claim = span.claim();
                if (OwnerRecord.revisionOf(claim.token()) == batch.revision) {
                    member = claim.member();
                    token = claim.token();
                    until = batch.asked < span.end() ? Math.min(until, span.end() - 1) : until;
                }
            }
        }
        for (JobDeed deed : batch.deeds) {
            long at = batch.asked;
            for (Observation.JobStarted start : starts.getOrDefault(deed.job(), List.of())) {
                if (start.at() >= batch.asked && start.at() < until && comesBefore(start, deed)) {
                    at = Math.max(at, start.at() + 1);
                }
            }
            all.add(told(at, deed, member, work, token));
        }
    }

    private static boolean comesBefore(Observation.JobStarted start, JobDeed deed) {
        return switch (deed.kind()) {
            case ENDED -> true;
            case SAVED -> start.checkpoint() < Long.parseLong(deed.detail());
            case STORED, PUT_BACK, EFFECT -> false;
        };
    }

    private static Observation told(long at, JobDeed deed, String member, Work work, long token) {
        String division = work.division();
        String partition = work.key();
        String job = deed.job();
        return switch (deed.kind()) {
            case STORED -> new Observation.JobStored(at, deed.detail(), job);
            case SAVED ->
                    new Observation.JobSaved(
                            at,
                            member,
                            division,
                            partition,
                            token,
                            job,
                            Long.parseLong(deed.detail()));
            case PUT_BACK ->
                    new Observation.JobPutBack(at, member, division, partition, token, job);
            case ENDED ->
                    new Observation.JobEnded(
                            at, member, division, partition, token, job, deed.detail());
            case EFFECT -> new Observation.JobEffect(at, job);
        };
    }

    private static List<Observation.JobsForgotten> forgotten(List<Observation> all) {
        List<Observation.JobsForgotten> found = new ArrayList<>();
        for (Observation seen : all) {
            if (seen instanceof Observation.JobsForgotten one) {
                found.add(one);
            }
        }
        return found;
    }

    /** The same, by time, without what nobody can say of jobs. */
    List<Observation> withoutForgotten(List<Observation> all) {
        List<Observation.JobsForgotten> forgotten = forgotten(all);
        if (forgotten.isEmpty()) {
            return all;
        }
        Set<String> known = new HashSet<>();
        Set<String> old = new HashSet<>();
        int next = 0;
        List<Observation> kept = new ArrayList<>(all.size());
        for (Observation seen : all) {
            if (seen instanceof Observation.JobsForgotten) {
                next++;
                old.addAll(known);
            }
            String job = jobOf(seen);
            if (job == null) {
                kept.add(seen);
                continue;
            }
            known.add(job);
            boolean isWithin = next < forgotten.size() && seen.at() >= forgotten.get(next).since();
            if (!isWithin && !old.contains(job)) {
                kept.add(seen);
            }
        }
        return kept;
    }

    private static @Nullable String jobOf(Observation seen) {
        return switch (seen) {
            case Observation.JobStored stored -> stored.job();
            case Observation.JobSubmitted submitted -> submitted.job();
            case Observation.JobStopped stopped -> stopped.job();
            case Observation.JobEffect effect -> effect.job();
            case Observation.Owned owned -> owned.job();
            default -> null;
        };
    }
}
