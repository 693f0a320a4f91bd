package dev.roster.jobs;

import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.UniqueRecord;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives jobs an id, a partition and a place. */
final class Preparer {
    private final QueueOf queue;
    private final Ids ids = new Ids();
    private final AtomicInteger next = new AtomicInteger(ThreadLocalRandom.current().nextInt());
    private volatile @Nullable JobContext context;

    Preparer(QueueOf queue) {
        this.queue = queue;
    }

    Ids ids() {
        return ids;
    }

    void context(JobContext value) {
        context = value;
    }

    Prepared prepared(Job job, long now) {
        long time = ids.time(now);
        String id = job.id().isEmpty() ? ids.at(time) : job.id();
        Instant at = job.at();
        long due = at == null ? time + Times.micros(job.delay()) : Math.max(time, Times.micros(at));
        due = job.key().isEmpty() ? due : Math.max(due, ids.orderedFrom());
        int partition;
        if (!job.key().isEmpty()) {
            partition = queue.partitionOf(job.key());
        } else if (!job.id().isEmpty()) {
            partition = queue.partitionOf(id);
        } else {
            partition = Math.floorMod(next.getAndIncrement(), queue.partitions);
        }
        JobRecord record = with(job).record(time, due);
        Spot spot = new Spot(job.priority(), due, id);
        return new Prepared(partition, spot, record.toBytes(), mark(job, partition, id, now));
    }

    private Job with(Job job) {
        JobContext known = context;
        if (known == null) {
            return job;
        }
        Job all = job;
        for (Map.Entry<String, String> header : known.capture().entrySet()) {
            if (!job.headers().containsKey(header.getKey())) {
                all = all.header(header.getKey(), header.getValue());
            }
        }
        return all;
    }

    private Draft.@Nullable Mark mark(Job job, int partition, String id, long now) {
        if (!job.unique().isEmpty()) {
            long until = now + Times.micros(job.uniqueFor());
            return new Draft.Mark(
                    queue.partitionOf(job.unique()),
                    Ids.ofUnique(job.unique()),
                    new UniqueRecord(partition, id, until));
        }
        if (!job.id().isEmpty()) {
            long until = Math.max(now, Times.micros(job.delay()) + now);
            Instant at = job.at();
            until = at == null ? until : Math.max(until, Times.micros(at));
            return new Draft.Mark(
                    queue.partitionOf(job.id()),
                    Ids.ofId(job.id()),
                    new UniqueRecord(partition, id, until + Times.micros(Producer.IDS_KEPT)));
        }
        return null;
    }
}
