package dev.roster.protocol;

import dev.roster.Condition;
import dev.roster.Operation;
import java.util.List;

/** Writes the group's lease again if nobody can read it any more. */
final class GroupRepair {
    private final Context c;
    private boolean repairing;
    private long repairAt = Long.MIN_VALUE;

    GroupRepair(Context c) {
        this.c = c;
    }

    /**
     * Does what is due.
     *
     * @param membership the condition that this is still a member
     */
    void act(Condition membership) {
        Held<GroupRecord> group = c.state.group;
        if (group == null || !group.value().equals(GroupRecord.UNREADABLE)) {
            return;
        }
        if (repairing || !c.due(repairAt)) {
            return;
        }
        repairing = true;
        long lease = c.timing.leaseNanos() / 1_000_000;
        c.send(
                List.of(membership, new Condition.Unchanged(c.layout.group(), group.modified())),
                List.of(new Operation.Put(c.layout.group(), new GroupRecord(lease).toBytes())),
                result -> {
                    repairing = false;
                    repairAt = c.now.nanos() + c.jittered(c.timing.retryNanos());
                });
    }
}
