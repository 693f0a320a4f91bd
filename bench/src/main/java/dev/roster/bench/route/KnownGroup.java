package dev.roster.bench.route;

import dev.roster.Affinity;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.EraRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.MemberRecord;
import dev.roster.protocol.OwnerRecord;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.protocol.Partitions;
import dev.roster.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;

/** The records of a group of any size, as its members would have written them. */
final class KnownGroup {
    static final String GROUP = "group";
    static final String DIVISION = "keys";

    private KnownGroup() {}

    /** A store with a group whose members own the partitions in turn. */
    static MemoryStore of(int members, int partitions) {
        MemoryStore store = new MemoryStore();
        Layout layout = new Layout(GROUP);
        Layout.Division records = layout.division(DIVISION);
        List<Operation> all = new ArrayList<>();
        all.add(
                new Operation.Put(
                        layout.era(), new EraRecord(1, store.identity().id(), true).toBytes()));
        all.add(
                new Operation.Put(
                        records.division(),
                        new DivisionRecord(partitions, Affinity.Policy.LEVEL).toBytes()));
        for (int m = 0; m < members; m++) {
            String id = "member-" + m + "~x";
            String address = "10.0.0." + m + ":80";
            all.add(
                    new Operation.Put(
                            layout.member(id),
                            new MemberRecord(id, "member-" + m, 1, "", "", "", address, 0)
                                    .toBytes()));
            all.add(
                    new Operation.Put(
                            records.participant(id), ParticipantRecord.DEFAULT.toBytes()));
        }
        for (int p = 0; p < partitions; p++) {
            String owner = "member-" + p % members + "~x";
            all.add(
                    new Operation.Put(
                            records.owner(Partitions.key(p, partitions)),
                            new OwnerRecord(owner, 1).toBytes()));
        }
        int most = store.limits().operations();
        for (int from = 0; from < all.size(); from += most) {
            List<Operation> part = all.subList(from, Math.min(all.size(), from + most));
            if (!(store.commit(new Commit(null, List.of(), part))
                    instanceof CommitResult.Applied)) {
                throw new IllegalStateException("The records were not written.");
            }
        }
        return store;
    }
}
