package dev.roster.testkit;

import static dev.roster.testkit.Batches.all;
import static dev.roster.testkit.Batches.applied;
import static dev.roster.testkit.Batches.at;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.entry;
import static dev.roster.testkit.Batches.fill;
import static dev.roster.testkit.Batches.ids;
import static dev.roster.testkit.Batches.numbered;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read, in which order, and how much of it. */
interface QueueReadCases extends QueueCases {
    @Test
    default void nothing_is_in_a_queue_that_is_new() {
        assertThat(content(queue(), 0)).isEmpty();
        assertThat(queue().count(all(0))).isZero();
        assertThat(queue().read(List.of()).entries()).isEmpty();
    }

    @Test
    default void entries_come_in_the_order_of_their_places() {
        List<Place> places = new ArrayList<>();
        for (long due : new long[] {0, 9, 10, 255, 256, 1L << 32, (1L << 53) + 1, Long.MAX_VALUE}) {
            places.add(new Place(0, due, "x"));
            places.add(new Place(Place.RANKS - 1, due, "x"));
        }
        for (String id :
                new String[] {
                    "-", ".", "0", "9", ":", "A", "Z", "_", "a", "a-", "a.a", "aa", "az", "b"
                }) {
            places.add(new Place(3, 7, id));
        }
        places.add(new Place(3, 7, "y".repeat(Place.ID_CHARACTERS)));
        Collections.shuffle(places, new Random(1));
        for (Place place : places) {
            applied(queue(), new QueueOperation.Put(entry(5, place, place.id())));
        }
        Collections.sort(places);
        assertThat(read(other(), all(5))).extracting(QueueEntry::place).isEqualTo(places);
    }

    @Test
    default void a_range_has_its_first_place_and_not_its_last() {
        for (int due = 0; due < 5; due++) {
            applied(queue(), new QueueOperation.Put(entry(0, at(due, "id" + due), "")));
        }
        assertThat(between(at(1, "id1"), at(3, "id3"))).containsExactly("id1", "id2");
        assertThat(between(null, at(2, "id2"))).containsExactly("id0", "id1");
        assertThat(between(at(3, "id3"), null)).containsExactly("id3", "id4");
        assertThat(between(at(1, "id11"), at(3, "id"))).containsExactly("id2");
        assertThat(between(at(2, "id2"), at(2, "id2"))).isEmpty();
        assertThat(between(at(3, "id3"), at(1, "id1"))).isEmpty();
        assertThat(queue().count(range(at(1, "id1"), at(3, "id3"), 1))).isEqualTo(2);
        assertThat(queue().count(range(at(3, "id3"), at(1, "id1"), 1))).isZero();
    }

    private List<String> between(@Nullable Place from, @Nullable Place to) {
        return ids(read(queue(), range(from, to, 10)));
    }

    private static QueueRange range(@Nullable Place from, @Nullable Place to, int atMost) {
        return new QueueRange(0, Shelf.WORK, from, to, atMost);
    }

    @Test
    default void no_more_is_read_than_is_asked_for() {
        fill(queue(), 0, 10);
        assertThat(ids(read(queue(), range(null, null, 3))))
                .containsExactly(numbered(0), numbered(1), numbered(2));
        assertThat(read(queue(), range(null, null, 10))).hasSize(10);
        assertThat(read(queue(), range(null, null, Integer.MAX_VALUE))).hasSize(10);
    }

    @Test
    default void ranges_are_read_in_the_order_asked_for_each_for_itself() {
        fill(queue(), 1, 3);
        fill(queue(), 2, 2);
        List<QueueRange> ranges =
                List.of(
                        all(2),
                        all(1),
                        all(7),
                        all(1),
                        new QueueRange(1, Shelf.DONE, null, null, 9));
        QueuePage page = other().read(ranges);
        assertThat(page.entries()).extracting(List::size).containsExactly(2, 3, 0, 3, 0);
        assertThat(page.entries().get(0)).allMatch(entry -> entry.partition() == 2);
        assertThat(page.entries().get(3)).isEqualTo(page.entries().get(1));
    }

    @Test
    default void many_ranges_are_read_at_once() {
        for (int partition = 0; partition < 200; partition += 50) {
            applied(queue(), put(partition, "id" + partition));
        }
        List<QueueRange> ranges = IntStream.range(0, 200).mapToObj(Batches::all).toList();
        List<List<QueueEntry>> entries = queue().read(ranges).entries();
        assertThat(entries).hasSize(200);
        for (int partition = 0; partition < 200; partition++) {
            assertThat(ids(entries.get(partition)))
                    .isEqualTo(partition % 50 == 0 ? List.of("id" + partition) : List.of());
        }
    }

    @Test
    default void partitions_and_shelves_are_apart() {
        int last = Queue.PARTITIONS - 1;
        for (Shelf shelf : Shelf.values()) {
            for (int partition : new int[] {0, 1, 16, last}) {
                applied(
                        queue(),
                        new QueueOperation.Put(
                                new QueueEntry(
                                        partition,
                                        shelf,
                                        at("same"),
                                        Bytes.utf8(shelf + "/" + partition))));
            }
        }
        for (Shelf shelf : Shelf.values()) {
            for (int partition : new int[] {0, 1, 16, last}) {
                QueueRange range = new QueueRange(partition, shelf, null, null, 10);
                QueueEntry only =
                        new QueueEntry(
                                partition, shelf, at("same"), Bytes.utf8(shelf + "/" + partition));
                assertThat(read(other(), range)).containsExactly(only);
                assertThat(queue().count(range)).isEqualTo(1);
            }
        }
    }

    @Test
    default void queues_of_other_names_are_apart() {
        List<String> names = List.of("a", "a/b", "a%2Fb", "a%", "A", "é", "{a}", "a:b", "a b", "*");
        for (String name : names) {
            applied(named(name), put(0, "id", name));
        }
        for (String name : names) {
            assertThat(named(name).name()).isEqualTo(name);
            assertThat(content(named(name), 0)).containsExactly("id=" + name);
        }
        assertThat(content(queue(), 0)).isEmpty();
    }

    @Test
    default void reading_page_by_page_comes_by_each_once() {
        fill(queue(), 0, 250);
        List<String> all = new ArrayList<>();
        Place from = null;
        while (true) {
            List<QueueEntry> page = read(queue(), range(from, null, 40));
            if (from != null) {
                assertThat(page.getFirst().place()).isEqualTo(from);
                page = page.subList(1, page.size());
            }
            if (page.isEmpty()) {
                break;
            }
            all.addAll(ids(page));
            from = page.getLast().place();
        }
        assertThat(all).isEqualTo(IntStream.range(0, 250).mapToObj(Batches::numbered).toList());
    }

    @Test
    default void ten_thousand_entries_are_counted_and_read() {
        fill(queue(), 0, 10_000);
        assertThat(other().count(new QueueRange(0, Shelf.WORK, null, null, 1))).isEqualTo(10_000);
        assertThat(read(other(), all(0))).hasSize(10_000);
        assertThat(ids(read(other(), range(at(numbered(9_990)), null, 100)))).hasSize(10);
        assertThat(other().count(range(at(numbered(5_000)), at(numbered(7_500)), 1)))
                .isEqualTo(2_500);
    }

    @Test
    default void a_value_is_any_bytes() {
        byte[] bytes = new byte[256];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) at;
        }
        int most = queue().limits().valueBytes();
        for (Bytes value : List.of(Bytes.EMPTY, Bytes.of(bytes), Bytes.of(new byte[most]))) {
            applied(
                    queue(),
                    new QueueOperation.Put(new QueueEntry(0, Shelf.PROGRESS, at("v"), value)));
            assertThat(read(other(), new QueueRange(0, Shelf.PROGRESS, null, null, 1)))
                    .containsExactly(new QueueEntry(0, Shelf.PROGRESS, at("v"), value));
        }
    }

    @Test
    default void a_page_says_what_time_it_is() {
        long here = System.currentTimeMillis() * 1000;
        long now = queue().read(List.of(all(0))).now();
        assertThat(now).isBetween(here - 300_000_000, here + 300_000_000);
        assertThat(queue().read(List.of(all(0), all(1))).now()).isGreaterThanOrEqualTo(now - 1000);
    }
}
