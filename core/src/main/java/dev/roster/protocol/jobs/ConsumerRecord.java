package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a consumer tells the others of itself.
 *
 * @param tasks what it has
 */
public record ConsumerRecord(SortedSet<String> tasks) {
    private static final char TYPE = 'w';

    public ConsumerRecord {
        tasks = Collections.unmodifiableSortedSet(new TreeSet<>(tasks));
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        Packed.Writer out = new Packed.Writer(TYPE, 64);
        out.number(tasks.size());
        tasks.forEach(out::text);
        return out.toBytes();
    }

    /** Reads a stored record. */
    public static ConsumerRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        TreeSet<String> tasks = new TreeSet<>();
        for (int left = in.count(); left > 0; left--) {
            tasks.add(in.text());
        }
        return new ConsumerRecord(tasks);
    }
}
