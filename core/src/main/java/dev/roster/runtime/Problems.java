package dev.roster.runtime;

import dev.roster.Problem;
import dev.roster.protocol.Effect;

/** Turns the protocol's reports into problems. */
public final class Problems {
    private Problems() {}

    /** The problem that a report tells of. */
    public static Problem of(Effect.Report report) {
        Problem.Kind kind =
                switch (report.kind()) {
                    case CORRUPT_RECORD -> Problem.Kind.CORRUPT_RECORD;
                    case STUCK_HANDLER -> Problem.Kind.STUCK_HANDLER;
                    case WORK_FAILED -> Problem.Kind.WORK_FAILED;
                    case WORK_GIVEN_UP -> Problem.Kind.WORK_GIVEN_UP;
                    case FENCED -> Problem.Kind.FENCED;
                    case STORE_CHANGED -> Problem.Kind.STORE_CHANGED;
                    case EVICTED_OTHER -> Problem.Kind.MEMBER_EVICTED;
                    case JOIN_REFUSED -> Problem.Kind.JOIN_REFUSED;
                    case OWN_FAULT -> Problem.Kind.OWN_FAULT;
                };
        return new Problem(kind, report.subject(), report.detail());
    }
}
