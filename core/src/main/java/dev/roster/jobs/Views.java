package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.DeadRecord;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.JobError;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads entries of a queue, for people. */
final class Views {
    private static final int PAGE = 500;
    private static final int MOST = 10_000;

    private final QueueOf queue;

    Views(QueueOf queue) {
        this.queue = queue;
    }

    /** Where a listing is: the partition, and the last place that was read there. */
    private record Cursor(int partition, @Nullable Place last) {
        static Cursor parse(String text) {
            if (text.isEmpty()) {
                return new Cursor(0, null);
            }
            String[] parts = text.split("/", -1);
            try {
                Place last =
                        parts.length == 1
                                ? null
                                : new Place(
                                        Integer.parseInt(parts[1]),
                                        Long.parseLong(parts[2]),
                                        parts[3]);
                return new Cursor(Integer.parseInt(parts[0]), last);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new InvalidInputException(
                        "%s is no place to go on from.".formatted(Limits.quoted(text)));
            }
        }

        @Override
        public String toString() {
            Place known = last;
            return known == null
                    ? Integer.toString(partition)
                    : "%d/%d/%d/%s".formatted(partition, known.rank(), known.due(), known.id());
        }
    }

    JobPage list(JobState state, String task, int atMost, String next) {
        if (atMost < 1 || atMost > MOST) {
            throw new InvalidInputException(
                    "A page has %d jobs, and the limit is 1 to %d.".formatted(atMost, MOST));
        }
        Shelf shelf =
                switch (state) {
                    case WAITING -> Shelf.WORK;
                    case DEAD -> Shelf.DEAD;
                    case DONE, CANCELLED, EXPIRED -> Shelf.DONE;
                };
        List<JobView> found = new ArrayList<>();
        Cursor at = Cursor.parse(next);
        while (at.partition < queue.partitions && found.size() < atMost) {
            List<QueueEntry> page = page(at.partition, shelf, at.last, PAGE);
            Place last = null;
            for (QueueEntry entry : page) {
                for (JobView job : views(entry)) {
                    if (job.state() == state && (task.isEmpty() || task.equals(job.task()))) {
                        found.add(job);
                    }
                }
                last = entry.place();
                if (found.size() >= atMost) {
                    break;
                }
            }
            boolean isEnd = page.size() < PAGE && found.size() < atMost;
            at = isEnd ? new Cursor(at.partition + 1, null) : new Cursor(at.partition, last);
        }
        return new JobPage(found, at.partition < queue.partitions ? at.toString() : "");
    }

    /** The entries of a shelf after a place. */
    private List<QueueEntry> page(int partition, Shelf shelf, @Nullable Place after, int atMost) {
        // The place that was read last is read again, as there may be none just after it.
        int more = after == null ? 0 : 1;
        QueueRange range = new QueueRange(partition, shelf, after, null, atMost + more);
        List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
        boolean isAgain = !found.isEmpty() && found.getFirst().place().equals(after);
        return isAgain
                ? found.subList(1, found.size())
                : found.subList(0, Math.min(atMost, found.size()));
    }

    @Nullable QueueEntry entry(Shelf shelf, JobId id) {
        QueueEntry soon = shelf == Shelf.WORK ? submittedAtOnce(id) : null;
        if (soon != null) {
            return soon;
        }
        Place after = null;
        List<QueueEntry> page;
        do {
            page = page(id.partition(), shelf, after, PAGE);
            for (QueueEntry entry : page) {
                if (entry.place().id().equals(id.id())) {
                    return entry;
                }
            }
            after = page.isEmpty() ? null : page.getLast().place();
        } while (page.size() == PAGE);
        return null;
    }

    /** A job that was due when it was submitted, and was not tried yet, stands at that time. */
    private @Nullable QueueEntry submittedAtOnce(JobId id) {
        long time = Ids.time(id.id());
        if (time < 0) {
            return null;
        }
        List<QueueRange> ranges = new ArrayList<>();
        for (int rank = 0; rank < Place.RANKS; rank++) {
            Place place = new Place(rank, time, id.id());
            ranges.add(new QueueRange(id.partition(), Shelf.WORK, place, null, 1));
        }
        for (List<QueueEntry> found : queue.read(ranges).entries()) {
            boolean isThere = !found.isEmpty();
            if (isThere && found.getFirst().place().id().equals(id.id())) {
                return found.getFirst();
            }
        }
        return null;
    }

    Optional<JobView> find(JobId id) {
        for (Shelf shelf : List.of(Shelf.WORK, Shelf.DEAD)) {
            QueueEntry entry = entry(shelf, id);
            if (entry != null) {
                return Optional.of(views(entry).getFirst());
            }
        }
        Place after = null;
        JobView last = null;
        List<QueueEntry> page;
        do {
            page = page(id.partition(), Shelf.DONE, after, PAGE);
            for (QueueEntry entry : page) {
                for (JobView job : views(entry)) {
                    last = job.id().equals(id) ? job : last;
                }
            }
            after = page.isEmpty() ? null : page.getLast().place();
        } while (page.size() == PAGE);
        return Optional.ofNullable(last);
    }

    long countTasks(int partition, int atMost, Map<String, Long> tasks) {
        QueueRange range = new QueueRange(partition, Shelf.WORK, null, null, atMost);
        List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
        for (QueueEntry entry : found) {
            try {
                tasks.merge(JobRecord.parse(entry.value()).task(), 1L, Long::sum);
            } catch (CorruptRecordException e) {
                tasks.merge("", 1L, Long::sum);
            }
        }
        return found.size();
    }

    private List<JobView> views(QueueEntry entry) {
        return switch (entry.shelf()) {
            case WORK -> List.of(waiting(entry));
            case DEAD -> List.of(dead(entry));
            case DONE -> ended(entry);
            case PROGRESS, UNIQUE, TICKET -> List.of();
        };
    }

    private JobView waiting(QueueEntry entry) {
        Place place = entry.place();
        JobId id = new JobId(entry.partition(), place.id());
        try {
            JobRecord job = JobRecord.parse(entry.value());
            long due = Math.max(place.due(), job.notBefore());
            return view(id, JobState.WAITING, job, place.rank(), due, "", progress(id));
        } catch (CorruptRecordException e) {
            return unreadable(id, JobState.WAITING, place, String.valueOf(e.getMessage()));
        }
    }

    private static JobView dead(QueueEntry entry) {
        JobId id = new JobId(entry.partition(), entry.place().id());
        DeadRecord dead;
        try {
            dead = DeadRecord.parse(entry.value());
        } catch (CorruptRecordException e) {
            return unreadable(id, JobState.DEAD, entry.place(), String.valueOf(e.getMessage()));
        }
        try {
            JobRecord job = JobRecord.parse(dead.job());
            return view(id, JobState.DEAD, job, dead.spot().rank(), dead.at(), dead.why(), null);
        } catch (CorruptRecordException e) {
            return unreadable(id, JobState.DEAD, entry.place(), dead.why());
        }
    }

    private static List<JobView> ended(QueueEntry entry) {
        List<JobView> all = new ArrayList<>();
        try {
            for (DoneRecord.Line line : DoneRecord.parse(entry.value()).lines()) {
                all.add(
                        new JobView(
                                new JobId(entry.partition(), line.id()),
                                state(line.state()),
                                line.task(),
                                line.key(),
                                0,
                                Times.instant(line.submitted()),
                                Times.instant(line.ended()),
                                line.attempts(),
                                "",
                                List.of(),
                                "",
                                new TreeMap<>(),
                                Bytes.EMPTY,
                                null));
            }
        } catch (CorruptRecordException e) {
            return List.of();
        }
        return all;
    }

    private static JobState state(EndState state) {
        return switch (state) {
            case DONE -> JobState.DONE;
            case CANCELLED -> JobState.CANCELLED;
            case EXPIRED -> JobState.EXPIRED;
            case DEAD -> JobState.DEAD;
        };
    }

    private JobView.@Nullable Progress progress(JobId id) {
        Place place = new Place(0, 0, id.id());
        QueueRange range = new QueueRange(id.partition(), Shelf.PROGRESS, place, null, 1);
        List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
        if (found.isEmpty() || !found.getFirst().place().equals(place)) {
            return null;
        }
        try {
            ProgressRecord progress = ProgressRecord.parse(found.getFirst().value());
            return new JobView.Progress(
                    progress.attempt(), progress.percent(), progress.note(), progress.checkpoint());
        } catch (CorruptRecordException e) {
            return null;
        }
    }

    private static JobView view(
            JobId id,
            JobState state,
            JobRecord job,
            int rank,
            long due,
            String why,
            JobView.@Nullable Progress progress) {
        List<JobView.Failure> errors = new ArrayList<>();
        for (JobError error : job.errors()) {
            errors.add(
                    new JobView.Failure(
                            error.attempt(),
                            Times.instant(error.at()),
                            error.member(),
                            error.message(),
                            error.stack()));
        }
        return new JobView(
                id,
                state,
                job.task(),
                job.key(),
                rank,
                Times.instant(job.submitted()),
                Times.instant(due),
                job.attempts(),
                why,
                errors,
                job.contentType(),
                job.headers(),
                job.payload(),
                progress);
    }

    private static JobView unreadable(JobId id, JobState state, Place place, String why) {
        return new JobView(
                id,
                state,
                "",
                "",
                place.rank(),
                Times.instant(0),
                Times.instant(place.due()),
                0,
                why,
                List.of(),
                "",
                new TreeMap<>(),
                Bytes.EMPTY,
                null);
    }
}
