package dev.roster.protocol;

import dev.roster.Change;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import java.util.List;

/** What a member's machine is told. */
public sealed interface Event {
    /** Become a member. The first event, once. */
    record Join() implements Event {}

    /** Nothing but the time has changed. */
    record Tick() implements Event {}

    /** The group's records, as {@link Effect.ReadGroup} asked; changes after them follow. */
    record GroupRead(List<Entry> entries, long revision, StoreIdentity store) implements Event {}

    /** The group's records could not be read. */
    record GroupUnreadable(String why) implements Event {}

    /** Changes of the group's records up to a revision, in order, none left out. */
    record GroupChanged(List<Change> changes, long revision) implements Event {}

    /** Changes were missed: the watch has ended. */
    record GroupMissed(String why) implements Event {}

    /** The beats as they are, as {@link Effect.ReadBeats} or {@link Effect.WatchBeats} asked. */
    record BeatsRead(List<Entry> beats) implements Event {}

    /** Beats changed. */
    record BeatsChanged(List<Change> changes) implements Event {}

    /** A tie that {@link Effect.WatchTies} named is broken. */
    record TieBroken(String tie) implements Event {}

    /** The own tie broke and is being made again, or holds again. */
    record OwnTie(boolean holds) implements Event {}

    /** How the commit with this id ended. */
    record CommitEnded(long id, CommitResult result) implements Event {}

    /** Leave the group: stop and give up everything, confirmed, then go. */
    record Leave() implements Event {}

    /** Leave at once: the others take over when the lease is over. */
    record Cancel() implements Event {}

    /** The slot's handler has stopped. */
    record SlotStopped(long generation) implements Event {}

    /** Take part in a division. */
    record JoinDivision(DivisionSettings settings) implements Event {}

    /** Change the own part in a division. */
    record ChangePart(String division, ParticipantRecord part) implements Event {}

    /** Give up all keys of a division, confirmed; {@link Effect.Flushed} follows. */
    record Flush(String division) implements Event {}

    /** Work on a key has ended. */
    record WorkEnded(String division, String key, long token, Ending ending) implements Event {}

    /** How work on a key ended. */
    sealed interface Ending {
        /** It stopped because it was told to, or there was none to stop. */
        record Stopped() implements Ending {}

        /** The key's work is done, for good. */
        record Done(long startedMillis) implements Ending {}

        /** It failed: try again later, up to the attempts. */
        record Failed(String error, long startedMillis) implements Ending {}

        /** This member cannot do it: another shall. */
        record GivenBack() implements Ending {}
    }
}
