package dev.roster.it.slots;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.store.Store;
import java.time.Duration;

/**
 * A member that says on its standard output what becomes of its slot. It ticks, and writes under
 * its first slot's fence again and again. Arguments: store URL, name. SIGTERM makes it leave.
 */
final class SlotMember {
    static final String GROUP = "slots";

    /** No process that is well stands still for so long, on however busy a machine. */
    static final Duration LEASE = Duration.ofSeconds(10);

    static final Duration INTERVAL = Duration.ofMillis(200);

    private SlotMember() {}

    public static void main(String[] args) throws InterruptedException {
        JoinOptions options = JoinOptions.defaults().withName(args[1]).withLease(LEASE);
        Store store = Store.open(args[0]);
        Member member = Group.join(store, GROUP, options);
        Runtime.getRuntime().addShutdownHook(new Thread(member::close));
        member.listen(
                new GroupListener() {
                    @Override
                    public void slotStarted(Slot slot) {
                        say("SLOT " + slot.number() + "/" + slot.count());
                    }

                    @Override
                    public void lost(String why) {
                        say("LOST");
                    }
                });
        Slot first = member.awaitSlot(Duration.ofSeconds(20));
        member.every(INTERVAL, slot -> say("TICK " + System.nanoTime() / 1_000_000));
        String before = "";
        while (true) {
            Operation effect = new Operation.Put("effect/" + args[1], Bytes.utf8("x"));
            CommitResult result = store.commit(first.fence().guard(effect));
            String now = "WRITE " + result.getClass().getSimpleName();
            if (!now.equals(before)) {
                say(now);
            }
            before = now;
            Thread.sleep(20);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
