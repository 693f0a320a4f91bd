package dev.roster.protocol;

/**
 * Mistakes that can be made on purpose. The simulation has to notice each of them; production makes
 * none. Some are mistakes that the protocol once had.
 */
public enum Mutant {
    /** No mistake. */
    NONE,
    /** The validity is counted from the answer to a beat, not from when it was sent. */
    VALID_FROM_THE_ANSWER,
    /** A beat whose answer is lost counts as one that succeeded. */
    UNKNOWN_BEAT_COUNTED,
    /** A member goes on when its lease is over. */
    EXPIRY_OVERLOOKED,
    /** A beat is accepted whether or not its member is one. */
    BEAT_OF_ANYBODY,
    /** A member that was evicted joins again as who it was. */
    INCARNATION_AGAIN,
    /** A member is evicted though it beat meanwhile. */
    EVICTION_WHATEVER_THE_BEAT,
    /** A member is evicted after half of its lease. */
    EVICTION_TOO_EARLY,
    /** Who was away never looks at the others' beats again. Once ours. */
    OBSERVER_FORGETFUL,
    /** A member goes on to act though its own tie is broken, and others may take over. */
    OWN_TIE_OVERLOOKED,
    /** A broken tie proves that a member is gone, though it beats. */
    TIE_AS_PROOF,
    /** Word of a broken tie from before the last beat is believed. Once ours. */
    EARLIER_TIE_BELIEVED,
    /** A holder acts for the whole lease, as if no clock were wrong. */
    VALID_FOR_THE_WHOLE_LEASE,
    /** A member leaves while its work still stops. */
    LEFT_BEFORE_STOPPED,
    /** What a slot writes is accepted under any view. */
    SLOT_PROOF_WITHOUT_VIEW,
    /** What work writes is accepted whoever owns its key. */
    PROOF_WITHOUT_OWNER,
    /** A view is active as soon as it is agreed. */
    NO_BARRIER,
    /** A member says that its slot's handler has stopped before it has. */
    ACKNOWLEDGED_BEFORE_STOPPED,
    /** A late acknowledgement replaces a later one. Once ours. */
    LATE_ACKNOWLEDGEMENT,
    /** A slot is started again beside its handler that did not stop. Once ours. */
    STUCK_SLOT_FORGOTTEN,
    /** Every view numbers its members anew. */
    SLOTS_RENUMBERED,
    /** Two views have one number. */
    GENERATION_AGAIN,
    /** Changes that were missed are not read. */
    MISSED_CHANGES_FORGOTTEN,
    /** Changes that are told again, after later ones, are believed. Once ours. */
    REPLAY_BELIEVED,
    /** A key is claimed whoever owns it. */
    CLAIM_FROM_THE_LIVING,
    /** A claim is accepted whether or not its member is one. */
    CLAIM_OF_ANYBODY,
    /** A key is released while work on it still stops. */
    RELEASED_BEFORE_STOPPED,
    /** A key is handed on to a member that may be leaving, or be gone. */
    HANDED_TO_A_LEAVER,
    /** Work goes on under a token whose release is under way. */
    SURRENDERED_TOKEN_AGAIN,
    /** Work begins anew under the token of work that did not stop. Once ours. */
    STUCK_TOKEN_AGAIN,
    /** Work is started twice. */
    STARTED_TWICE,
    /** The token is the revision at which the key was first claimed. */
    TOKEN_OF_THE_FIRST_OWNER,
    /** Nobody waits for what may still act on what the store forgot. */
    ERA_NOT_SETTLED,
    /** A store that went back gets no other era. */
    ORDINAL_NOT_RAISED,
    /** Nobody remembers which era there was. Once ours, in part. */
    ERA_NOT_REMEMBERED,
    /** What is written of jobs is accepted whoever owns their partition. */
    JOB_FENCE_LEFT_OUT,
    /** A submit that is repeated is applied whether or not it was. */
    JOB_TICKET_LEFT_OUT,
    /** A submit whose answer is lost counts as one that was applied. */
    JOB_UNKNOWN_SUBMITTED,
    /** A unique key counts as free whoever has it. */
    JOB_UNIQUE_OVERLOOKED,
    /** It is no condition how far a schedule has come. */
    JOB_FIRED_AGAIN,
    /** A job that is to be tried again is taken, and not put back. */
    JOB_RETRY_NOT_PUT,
    /** The end of a job is recorded after the transaction that has its effect. */
    JOB_END_APART,
    /** A page that was under way when a job ended is believed. */
    JOB_END_FORGOTTEN,
    /** Nothing is expected to appear before what was read. */
    JOB_LATE_OVERLOOKED,
    /** Nothing is expected to appear long before what was read. */
    JOB_FULL_SWEEP_LEFT_OUT,
    /** A crash is no attempt. */
    JOB_CRASH_NOT_COUNTED,
    /** However many owners crashed, the next one takes no care. */
    JOB_CARE_FORGOTTEN,
    /** The next attempt knows nothing of what was saved. */
    JOB_CHECKPOINT_FORGOTTEN,
    /** A checkpoint that comes late is accepted. Once ours. */
    JOB_CHECKPOINT_LATE,
    /** A key goes on with its next job while the one before is to be tried again. */
    JOB_KEY_GOES_ON,
    /** What is handed over in the process begins though it was done already. Once ours. */
    JOB_HANDED_OVER_AGAIN,
    /** Jobs of a task that only others have are kept. Once ours. */
    JOB_STRANGERS_KEPT
}
