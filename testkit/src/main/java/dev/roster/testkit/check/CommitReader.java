package dev.roster.testkit.check;

import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.protocol.AckRecord;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.EraRecord;
import dev.roster.protocol.KeyRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.MemberRecord;
import dev.roster.protocol.OwnerRecord;
import dev.roster.protocol.ViewRecord;
import dev.roster.store.Snapshot;
import java.util.List;
import java.util.function.Consumer;

/** Tells what a commit that was applied means for the promises. Records it cannot read it skips. */
public final class CommitReader {
    private final Layout layout;
    private final Consumer<Observation> out;

    public CommitReader(String group, Consumer<Observation> out) {
        this.layout = new Layout(group);
        this.out = out;
    }

    /**
     * Tells of one commit.
     *
     * @param by the incarnation that sent it, "" for none
     */
    public void applied(Commit commit, long revision, String by, long at) {
        // An era first, then who is gone: what else the commit does rests on them.
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Put put && put.key().equals(layout.era())) {
                written(put.key(), put, revision, at);
            }
        }
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Delete
                    && operation.key().startsWith(layout.members())) {
                String member = operation.key().substring(layout.members().length());
                boolean onBeat = isConditionalOn(commit.conditions(), layout.beat(member));
                out.accept(new Observation.MemberRemoved(at, member, by, onBeat));
            }
        }
        for (Operation operation : commit.operations()) {
            switch (operation) {
                case Operation.Put put -> {
                    if (!put.key().equals(layout.era())) {
                        handedOn(put, by, at);
                        written(put.key(), put, revision, at);
                    }
                }
                case Operation.Delete delete -> deleted(delete.key(), by, at);
            }
        }
    }

    /** Who makes another one the owner of a key gives it up with that. */
    private void handedOn(Operation.Put put, String by, long at) {
        String key = put.key();
        if (by.isEmpty() || !key.startsWith(layout.divisions())) {
            return;
        }
        String division = layout.divisionOf(key);
        String owners = layout.division(division).owners();
        if (!key.startsWith(owners)) {
            return;
        }
        try {
            if (!OwnerRecord.parse(put.value()).incarnation().equals(by)) {
                out.accept(new Observation.Unclaimed(at, division, last(key, owners), by));
            }
        } catch (CorruptRecordException e) {
            // It counts as absent, as the protocol has it.
        }
    }

    /** Tells all that a store holds which replaces the one before. */
    public void replaced(Snapshot group, Snapshot beats, long at) {
        out.accept(new Observation.StoreReplaced(at, group.identity().id()));
        for (Entry entry : group.entries()) {
            written(
                    entry.key(),
                    new Operation.Put(entry.key(), entry.value()),
                    entry.modified(),
                    at);
        }
        for (Entry beat : beats.entries()) {
            beat(beat.key(), at);
        }
        out.accept(new Observation.StoreTold(at));
    }

    /** Tells of a beat, by its record's key. */
    public void beat(String key, long at) {
        out.accept(new Observation.BeatApplied(at, key.substring(layout.beats().length())));
    }

    private static boolean isConditionalOn(List<Condition> conditions, String key) {
        return conditions.stream().anyMatch(condition -> condition.key().equals(key));
    }

    private void written(String key, Operation.Put put, long revision, long at) {
        try {
            if (key.startsWith(layout.beats())) {
                beat(key, at);
            } else if (key.startsWith(layout.divisions())) {
                writtenInDivision(key, put, revision, at);
            } else if (key.startsWith(layout.prefix())) {
                writtenInGroup(key, put, at);
            }
        } catch (CorruptRecordException e) {
            // It counts as absent, as the protocol has it.
        }
    }

    private void writtenInGroup(String key, Operation.Put put, long at)
            throws CorruptRecordException {
        if (key.equals(layout.era())) {
            EraRecord era = EraRecord.parse(put.value());
            out.accept(new Observation.EraAgreed(at, era.ordinal(), era.settled()));
        } else if (key.equals(layout.view())) {
            ViewRecord view = ViewRecord.parse(put.value());
            out.accept(new Observation.ViewAgreed(at, view.generation(), view.members()));
        } else if (key.startsWith(layout.members())) {
            MemberRecord member = MemberRecord.parse(put.value());
            out.accept(
                    new Observation.MemberAdded(
                            at,
                            key.substring(layout.members().length()),
                            member.name(),
                            member.era()));
        } else if (key.startsWith(layout.acks())) {
            String member = key.substring(layout.acks().length());
            long generation = AckRecord.parse(put.value()).generation();
            out.accept(new Observation.Acknowledged(at, member, generation));
        }
    }

    private void writtenInDivision(String key, Operation.Put put, long revision, long at)
            throws CorruptRecordException {
        String division = layout.divisionOf(key);
        Layout.Division records = layout.division(division);
        if (key.equals(records.division())) {
            DivisionRecord shared = DivisionRecord.parse(put.value());
            out.accept(new Observation.DivisionAgreed(at, division, shared.partitions()));
        } else if (key.startsWith(records.keys())) {
            boolean wanted = KeyRecord.parse(put.value()).state() == KeyRecord.State.WANTED;
            out.accept(new Observation.KeyWritten(at, division, last(key, records.keys()), wanted));
        } else if (key.startsWith(records.targets())) {
            out.accept(
                    new Observation.Targeted(
                            at, division, last(key, records.targets()), put.value().toUtf8()));
        } else if (key.startsWith(records.owners())) {
            OwnerRecord owner = OwnerRecord.parse(put.value());
            out.accept(
                    new Observation.Claimed(
                            at,
                            division,
                            last(key, records.owners()),
                            owner.incarnation(),
                            OwnerRecord.token(owner.era(), revision)));
        }
    }

    private void deleted(String key, String by, long at) {
        if (!key.startsWith(layout.divisions())) {
            return;
        }
        String division = layout.divisionOf(key);
        Layout.Division records = layout.division(division);
        if (key.startsWith(records.owners())) {
            out.accept(new Observation.Unclaimed(at, division, last(key, records.owners()), by));
        } else if (key.startsWith(records.keys())) {
            out.accept(new Observation.KeyRemoved(at, division, last(key, records.keys())));
        } else if (key.startsWith(records.targets())) {
            out.accept(new Observation.Targeted(at, division, last(key, records.targets()), ""));
        }
    }

    private static String last(String key, String prefix) {
        return key.substring(prefix.length());
    }
}
