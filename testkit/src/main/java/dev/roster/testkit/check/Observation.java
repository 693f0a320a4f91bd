package dev.roster.testkit.check;

import java.util.List;

/**
 * One thing that was seen to happen, at a time of the one clock that all observations of a run
 * share. {@code member} is always an incarnation. The list is in the order of what happened: an
 * observation may rest on those before it.
 *
 * <p>Names are those of the history's lines, so that changing one breaks old histories.
 */
public sealed interface Observation {
    /** When, in nanoseconds. */
    long at();

    // What the store holds.

    /**
     * The store is another one, or was read anew: everything known of it is forgotten. What it
     * holds is told next, up to {@link StoreTold}.
     */
    record StoreReplaced(long at, String store) implements Observation {}

    /** The content of the replaced store has been told. */
    record StoreTold(long at) implements Observation {}

    /** The era was written. */
    record EraAgreed(long at, long ordinal, boolean settled) implements Observation {}

    /** A member's record was written. */
    record MemberAdded(long at, String member, String name, long era) implements Observation {}

    /** A beat was applied. */
    record BeatApplied(long at, String member) implements Observation {}

    /**
     * A member's record is gone.
     *
     * @param by who removed it; "" if that is not known
     * @param onBeat whether the commit was conditional on the member's beat
     */
    record MemberRemoved(long at, String member, String by, boolean onBeat)
            implements Observation {}

    /** A view was written. */
    record ViewAgreed(long at, long generation, List<String> members) implements Observation {
        public ViewAgreed {
            members = List.copyOf(members);
        }
    }

    /** A member's acknowledgement was written: it acts on no view before that generation. */
    record Acknowledged(long at, String member, long generation) implements Observation {}

    /** How many partitions a division has; 0 for a key list. */
    record DivisionAgreed(long at, String division, int partitions) implements Observation {}

    /** A key of a list was written; {@code wanted} until its work has ended. */
    record KeyWritten(long at, String division, String key, boolean wanted)
            implements Observation {}

    /** A key of a list was removed. */
    record KeyRemoved(long at, String division, String key) implements Observation {}

    /** The plan gave a key to a member, or to nobody: "". */
    record Targeted(long at, String division, String key, String member) implements Observation {}

    /** Somebody gave a key to a member that was named. */
    record Given(long at, String division, String key, String member) implements Observation {}

    /** A claim was applied. */
    record Claimed(long at, String division, String key, String member, long token)
            implements Observation {}

    /** An ownership record was removed; {@code by} whom, "" if not known. */
    record Unclaimed(long at, String division, String key, String by) implements Observation {}

    // What processes say of themselves.

    /** A member may act until then, unless told otherwise before; 0: not now. */
    record Valid(long at, String member, long until) implements Observation {}

    /** A member told its user that it is lost. */
    record Lost(long at, String member) implements Observation {}

    /** A member has left of its own will. */
    record Left(long at, String member) implements Observation {}

    /** A member's process is gone. */
    record Died(long at, String member) implements Observation {}

    /** A member began to act on a slot. */
    record SlotStarted(
            long at, String member, long generation, int slot, int count, List<String> members)
            implements Observation {
        public SlotStarted {
            members = List.copyOf(members);
        }
    }

    /** A member no longer acts on its slot. */
    record SlotStopped(long at, String member, long generation) implements Observation {}

    /** Work on a key began. */
    record WorkStarted(long at, String member, String division, String key, long token)
            implements Observation {}

    /** Work on a key ended, or its guard was told to answer no for good. */
    record WorkEnded(long at, String member, String division, String key, long token)
            implements Observation {}

    // What guarded resources did.

    /**
     * A resource that checks tokens accepted an effect.
     *
     * @param inStore whether it checked in the store, that the token is the present one; any other
     *     resource remembers the largest it has seen
     */
    record EffectAccepted(
            long at, String member, String division, String key, long token, boolean inStore)
            implements Observation {}

    /** A resource that checks tokens refused an effect. */
    record EffectRefused(
            long at, String member, String division, String key, long token, boolean inStore)
            implements Observation {}

    /** An effect that was conditional on a slot was accepted. */
    record SlotEffectAccepted(long at, String member, long generation) implements Observation {}

    /** An effect that was conditional on a slot was refused. */
    record SlotEffectRefused(long at, String member, long generation) implements Observation {}

    // What routers, requests and flows did.

    /**
     * A router's table says that a partition belongs to a member under a token; "" and 0: to
     * nobody.
     *
     * @param generation of that table
     */
    record Routed(
            long at,
            String router,
            String division,
            String key,
            String member,
            long token,
            long generation)
            implements Observation {}

    /** A router was closed, or its process is gone. */
    record RouterGone(long at, String router) implements Observation {}

    /** A request for a key was sent to a member. */
    record RequestSent(long at, String request, String division, String key, String member)
            implements Observation {}

    /** A request took effect, in the store, under that token. */
    record RequestDone(
            long at, String request, String member, String division, String key, long token)
            implements Observation {}

    /** An entry was written, or deleted, in that life of the store. */
    record EntryWritten(long at, String store, String key, long revision, boolean gone)
            implements Observation {}

    /** One who follows was told of an entry, or that it is gone. */
    record EntryTold(long at, String watcher, String store, String key, long revision, boolean gone)
            implements Observation {}

    /** One who follows has been told everything up to that revision. */
    record ToldUpTo(long at, String watcher, String store, long revision) implements Observation {}

    // What is done with jobs.

    /** What is seen of jobs, by their partition and id as users see them. */
    sealed interface OfJob extends Observation {}

    /** What was done under the ownership of a partition. */
    sealed interface Owned extends OfJob {
        /** The incarnation; "" if it was nobody's ownership. */
        String member();

        /** The division of the queue. */
        String division();

        /** The key of the partition there. */
        String partition();

        /** The token under which it was owned. */
        long token();

        /** The job. */
        String job();
    }

    /** A submit was applied in the store, and put a job there. */
    record JobStored(long at, String submit, String job) implements OfJob {}

    /** A job was put there for a fire time of a schedule. */
    record JobFired(long at, String schedule, String time, String job) implements OfJob {}

    /**
     * A producer knows that its submit was applied, or that another had been.
     *
     * @param since when it began
     * @param submit names it, however often it was sent
     * @param job which it made, or found
     * @param unique of which there may be one; "" for none
     * @param key by which jobs are done in order; "" for none
     * @param number the place in that order, from 1
     */
    record JobSubmitted(
            long at, long since, String submit, String job, String unique, String key, long number)
            implements OfJob {}

    /**
     * A handler was called.
     *
     * @param submit of the job
     * @param key as for its submit
     * @param number as for its submit
     * @param isGood whether it ends neither its process nor badly, however often it is tried
     * @param checkpoint the number of the one that it was given; 0 for none
     */
    record JobStarted(
            long at,
            String member,
            String division,
            String partition,
            long token,
            String job,
            String submit,
            String key,
            long number,
            boolean isGood,
            long checkpoint)
            implements Owned {}

    /**
     * A handler has returned, or was told that what it does counts no more.
     *
     * @param isWell whether it did what it was to do
     */
    record JobStopped(long at, String member, String job, long token, boolean isWell)
            implements OfJob {}

    /** A checkpoint was recorded. */
    record JobSaved(
            long at,
            String member,
            String division,
            String partition,
            long token,
            String job,
            long checkpoint)
            implements Owned {}

    /** A job that failed was put back, and that was recorded. */
    record JobPutBack(
            long at, String member, String division, String partition, long token, String job)
            implements Owned {}

    /**
     * A job's end was recorded; "" for the member and 0 for the token if not under an ownership.
     *
     * @param state in one word: done, dead, cancelled, expired
     */
    record JobEnded(
            long at,
            String member,
            String division,
            String partition,
            long token,
            String job,
            String state)
            implements Owned {}

    /** The effect of a job took place that is one transaction with its end. */
    record JobEffect(long at, String job) implements OfJob {}

    /**
     * A job ended its process.
     *
     * @param attempts how often it is to be tried at most
     */
    record JobCrashed(
            long at,
            String member,
            String division,
            String partition,
            long token,
            String job,
            int attempts)
            implements Owned {}

    /**
     * The store may have gone back at some time from {@code since} on: the jobs that there were
     * until now can be there again, in an earlier state, or not be there any more.
     */
    record JobsForgotten(long at, long since) implements OfJob {}

    /** There was time to do all jobs that had been submitted; these wait. */
    record JobsRested(long at, List<String> waiting) implements OfJob {
        public JobsRested {
            waiting = List.copyOf(waiting);
        }
    }

    // What was done to them.

    /**
     * Something was done to the group, deliberately: until the next {@link Quiet} it may change.
     *
     * @param handoff how long a key may be without an owner, when nothing else is done; 0: not
     *     bounded
     */
    record Disturbed(long at, String what, long handoff) implements Observation {}

    /**
     * Nothing will be done to the group from now on, until the next {@link Disturbed}.
     *
     * @param names names of all the processes that should be its members
     * @param acting how many of them act on their slots
     * @param by when it has to have converged
     * @param everyKey whether the members may take all the keys there are
     * @param even whether they are alike, so that the keys have to be level
     */
    record Quiet(long at, List<String> names, int acting, long by, boolean everyKey, boolean even)
            implements Observation {
        public Quiet {
            names = List.copyOf(names);
        }
    }

    /** The run is over. */
    record Ended(long at) implements Observation {}
}
