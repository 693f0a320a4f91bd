package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.sql.shared.Listeners;
import dev.roster.store.Queue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Notices about queues: short enough for the server, and told to those whom they are for. */
@Timeout(60)
final class PostgresWakesTest {
    private final Listeners listeners = new Listeners();
    private final PostgresWakes here = new PostgresWakes(listeners);
    private final PostgresWakes there = new PostgresWakes(new Listeners());

    private static Set<Integer> partitions(int count) {
        return new TreeSet<>(IntStream.range(0, count).map(n -> n * 2000).boxed().toList());
    }

    @Test
    void a_notice_tells_each_queue_its_partitions() throws InterruptedException {
        LinkedBlockingQueue<Integer> mail = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Integer> other = new LinkedBlockingQueue<>();
        try (Queue.Waking one = listeners.listen("mail", mail::add);
                Queue.Waking two = listeners.listen("o ther", other::add)) {
            for (String payload :
                    there.payloads(
                            Map.of("mail", Set.of(3), "o ther", Set.of(5), "x", Set.of(7)))) {
                here.heard(payload);
            }
            assertThat(mail.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(other.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
            assertThat(List.of(one, two)).doesNotContainNull();
        }
        assertThat(listeners.isAny()).isFalse();
    }

    @Test
    void what_this_process_has_sent_is_no_news() throws InterruptedException {
        LinkedBlockingQueue<Integer> mail = new LinkedBlockingQueue<>();
        try (Queue.Waking one = listeners.listen("mail", mail::add)) {
            here.payloads(Map.of("mail", Set.of(3))).forEach(here::heard);
            there.payloads(Map.of("mail", Set.of(4))).forEach(here::heard);
            assertThat(mail.poll(30, TimeUnit.SECONDS)).isEqualTo(4);
            assertThat(one).isNotNull();
        }
    }

    @Test
    void too_many_partitions_are_all_of_them() {
        List<String> payloads = here.payloads(Map.of("mail", partitions(501)));
        assertThat(payloads).hasSize(1);
        assertThat(payloads.getFirst()).endsWith("\nmail\n-1");
    }

    @Test
    void many_queues_are_told_by_several_notices_of_less_than_8000_bytes() {
        Map<String, Set<Integer>> many = new LinkedHashMap<>();
        for (int n = 0; n < 40; n++) {
            many.put("ü".repeat(90) + n, partitions(500));
        }
        List<String> payloads = here.payloads(many);
        assertThat(payloads)
                .allMatch(payload -> payload.getBytes(StandardCharsets.UTF_8).length < 8000);
        assertThat(payloads.stream().mapToLong(payload -> payload.lines().count() / 2).sum())
                .isEqualTo(40);
    }
}
