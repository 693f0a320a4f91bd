package dev.roster.testkit.witness;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.PartitionRecord;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;

/**
 * What a batch does to a job.
 *
 * @param kind what it is
 * @param job the job, by its partition and id as users see them
 * @param detail of what was stored the submit, of what was saved its number, of an end its state
 */
record JobDeed(Kind kind, String job, String detail) {
    /** What can be done to a job. */
    enum Kind {
        STORED,
        SAVED,
        PUT_BACK,
        ENDED,
        EFFECT
    }

    String text() {
        return kind + " " + job + " " + detail;
    }

    static JobDeed parse(String text) {
        String[] parts = text.split(" ", 3);
        return new JobDeed(Kind.valueOf(parts[0]), parts[1], parts[2]);
    }

    /** All that a batch does. What cannot be read it passes over, as everybody does. */
    static List<JobDeed> of(QueueBatch batch) {
        List<JobDeed> deeds = new ArrayList<>();
        SequencedSet<String> back = new LinkedHashSet<>();
        for (QueueOperation operation : batch.operations()) {
            if (operation instanceof QueueOperation.Put(QueueEntry entry)) {
                try {
                    put(batch, entry, back, deeds);
                } catch (CorruptRecordException | NumberFormatException e) {
                    // It is none of what the run does.
                }
            }
        }
        back.forEach(job -> deeds.add(new JobDeed(Kind.PUT_BACK, job, "")));
        return deeds;
    }

    private static void put(
            QueueBatch batch, QueueEntry entry, SequencedSet<String> back, List<JobDeed> deeds)
            throws CorruptRecordException {
        int partition = entry.partition();
        String job = name(partition, entry.place().id());
        switch (entry.shelf()) {
            case WORK -> {
                if (wasThere(batch, entry)) {
                    back.add(job);
                } else {
                    String submit = submitOf(entry.value());
                    deeds.add(new JobDeed(Kind.STORED, job, submit));
                }
            }
            case PROGRESS -> {
                if (!entry.place().id().equals(PartitionRecord.SPOT.id())) {
                    Bytes saved = ProgressRecord.parse(entry.value()).checkpoint();
                    if (saved.size() > 0) {
                        long number = Long.parseLong(saved.toUtf8());
                        deeds.add(new JobDeed(Kind.SAVED, job, Long.toString(number)));
                    }
                }
            }
            case DEAD -> deeds.add(new JobDeed(Kind.ENDED, job, "dead"));
            case DONE -> {
                if (partition >= JobTrail.FIRST_PARTITION) {
                    String done = entry.value().toUtf8();
                    deeds.add(new JobDeed(Kind.EFFECT, done, ""));
                    return;
                }
                for (DoneRecord.Line line : DoneRecord.parse(entry.value()).lines()) {
                    String state = line.state().name().toLowerCase(Locale.ROOT);
                    deeds.add(new JobDeed(Kind.ENDED, name(partition, line.id()), state));
                }
            }
            case UNIQUE, TICKET -> {}
        }
    }

    private static String submitOf(Bytes value) throws CorruptRecordException {
        return JobRecord.parse(value).headers().getOrDefault(JobTrail.SUBMIT, "?");
    }

    /** Whether the batch finds there what it puts: the job is put back, or changed. */
    private static boolean wasThere(QueueBatch batch, QueueEntry entry) {
        String id = entry.place().id();
        return batch.operations().stream()
                        .anyMatch(other ->
                                other instanceof QueueOperation.Take
                                        && isOf(other.shelf(), other.place(), id))
                || batch.conditions().stream()
                        .anyMatch(other ->
                                other instanceof QueueCondition.Present
                                        && isOf(other.shelf(), other.place(), id));
    }

    private static boolean isOf(Shelf shelf, Place place, String id) {
        return shelf == Shelf.WORK && place.id().equals(id);
    }

    static String name(int partition, String id) {
        return partition + ":" + id;
    }
}
