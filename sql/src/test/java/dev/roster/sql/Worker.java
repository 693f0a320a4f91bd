package dev.roster.sql;

// tag::worker
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.time.Duration;

final class Worker {
    public static void main(String[] args) throws InterruptedException {
        JoinOptions joining =
                JoinOptions.defaults().withName(args[1]).withLease(Duration.ofSeconds(5));
        DivisionOptions taking = DivisionOptions.defaults().withParallel(1).withAttempts(3);
        try (Store store = Store.open(args[0]);
                Member member = Group.join(store, "tutorial", joining)) {
            Division numbers = Division.of(member, "numbers", taking);
            numbers.run(work -> {
                Thread.sleep(300); // the work itself would be here
                System.out.println(args[1] + " did " + work.key() + ", token " + work.token());
            });
        }
    }
}

// end::worker
