package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What operators want of a queue.
 *
 * @param paused whether nothing is begun
 * @param pausedTasks tasks of which nothing is begun
 * @param perHour how many jobs are begun in an hour; 0 for no limit
 */
public record ControlRecord(boolean paused, SortedSet<String> pausedTasks, long perHour) {
    /** Nothing in particular. */
    public static final ControlRecord NONE = new ControlRecord(false, new TreeSet<>(), 0);

    private static final char TYPE = 'c';

    public ControlRecord {
        pausedTasks = Collections.unmodifiableSortedSet(new TreeSet<>(pausedTasks));
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        Packed.Writer out = new Packed.Writer(TYPE, 32);
        out.number(paused ? 1 : 0).number(perHour).number(pausedTasks.size());
        pausedTasks.forEach(out::text);
        return out.toBytes();
    }

    /** Reads a stored record. */
    public static ControlRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        boolean paused = in.number() != 0;
        long perHour = in.number();
        TreeSet<String> tasks = new TreeSet<>();
        for (int left = in.count(); left > 0; left--) {
            tasks.add(in.text());
        }
        return new ControlRecord(paused, tasks, perHour);
    }
}
