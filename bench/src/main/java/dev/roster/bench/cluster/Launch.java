package dev.roster.bench.cluster;

import dev.roster.bench.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How a member's process is started. It obeys and prints as {@link MemberProcess} does. */
@FunctionalInterface
interface Launch {
    ChildJvm start() throws IOException;

    /**
     * A member of ours.
     *
     * @param watched whether it looks every few milliseconds whether it is valid
     */
    static Launch ours(String url, Duration lease, boolean watched) {
        return () ->
                ChildJvm.start(
                        MemberProcess.class,
                        List.of(url, Long.toString(lease.toMillis()), Boolean.toString(watched)));
    }
}
