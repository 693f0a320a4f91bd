package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.List;

/** Word of jobs of one partition that ended together. */
public record DoneRecord(List<Line> lines) {
    private static final char TYPE = 'f';

    public DoneRecord {
        lines = List.copyOf(lines);
    }

    /**
     * One job.
     *
     * @param id the job's id
     * @param task what it was done by
     * @param key its key
     * @param state how it ended
     * @param attempts how often it was tried
     * @param submitted when it was submitted, in microseconds since 1970
     * @param ended when it ended
     */
    public record Line(
            String id,
            String task,
            String key,
            EndState state,
            int attempts,
            long submitted,
            long ended) {}

    /** The record as it is stored. */
    public Bytes toBytes() {
        Packed.Writer out = new Packed.Writer(TYPE, 16 + lines.size() * 64);
        out.number(lines.size());
        for (Line line : lines) {
            out.text(line.id).text(line.task).text(line.key).number(line.state.code());
            out.number(line.attempts).number(line.submitted).number(line.ended);
        }
        return out.toBytes();
    }

    /** Reads a stored record. */
    public static DoneRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        List<Line> lines = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            lines.add(
                    new Line(
                            in.text(),
                            in.text(),
                            in.text(),
                            state(in.small()),
                            in.small(),
                            in.number(),
                            in.number()));
        }
        return new DoneRecord(lines);
    }

    private static EndState state(int code) throws CorruptRecordException {
        for (EndState state : EndState.values()) {
            if (state.code() == code) {
                return state;
            }
        }
        throw new CorruptRecordException("it names a state that is not known");
    }
}
