package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * The head of a division's plan. Every change of the plan rewrites it, on the condition that nobody
 * else has, so of two planners one is refused.
 *
 * @param epoch how many changes there were
 * @param planner the member that made the last one
 * @param balancedFor the participants among whom the keys have been balanced, as a digest; while it
 *     is that of the present ones no owned key is moved
 */
public record PlanRecord(long epoch, String planner, String balancedFor) {
    /** What is there before the first plan. */
    static final PlanRecord NONE = new PlanRecord(0, "", "");

    private static final String TYPE = "plan";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("epoch", epoch)
                .put("planner", planner)
                .put("balancedFor", balancedFor)
                .toBytes();
    }

    /** Reads a stored record. */
    public static PlanRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new PlanRecord(in.number("epoch"), in.text("planner"), in.text("balancedFor"));
    }
}
