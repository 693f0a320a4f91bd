package dev.roster.protocol;

import dev.roster.Bytes;
import java.util.List;

/**
 * A numbered, dense list of members. It is active once every member of the view before it has
 * acknowledged that it stopped, or is gone.
 *
 * @param generation the view's number; grows, with the era as its upper part
 * @param members incarnations; the index is the slot
 * @param previous incarnations of the view before, whose acknowledgements count
 */
public record ViewRecord(long generation, List<String> members, List<String> previous) {
    /** What is there before the first view. */
    static final ViewRecord NONE = new ViewRecord(0, List.of(), List.of());

    private static final String TYPE = "view";

    public ViewRecord {
        members = List.copyOf(members);
        previous = List.copyOf(previous);
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("generation", generation)
                .put("members", members)
                .put("previous", previous)
                .toBytes();
    }

    /** Reads a stored record. */
    public static ViewRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new ViewRecord(in.number("generation"), in.list("members"), in.list("previous"));
    }
}
