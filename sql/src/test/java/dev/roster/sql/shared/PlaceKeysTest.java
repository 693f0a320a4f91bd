package dev.roster.sql.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys have the order of the places, and say what they are the key of. */
final class PlaceKeysTest {
    private static final List<String> IDS =
            List.of("a", "B", "-", ".", "0", "ab", "a-", "zz", "_", ":", "z".repeat(128));
    private static final List<Long> DUES = List.of(0L, 1L, 255L, 256L, 1L << 40, Long.MAX_VALUE);
    private static final List<Integer> PARTITIONS =
            List.of(0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, Queue.PARTITIONS - 1);

    private final PlaceKeys keys = new PlaceKeys("mail");
    private final Random random = new Random(7);

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Place place() {
        return new Place(random.nextInt(Place.RANKS), any(DUES), any(IDS));
    }

    @Test
    void keys_are_in_the_order_of_places() {
        for (int n = 0; n < 20_000; n++) {
            Place one = place();
            Place two = place();
            int order =
                    Arrays.compareUnsigned(
                            keys.key(3, Shelf.WORK, one), keys.key(3, Shelf.WORK, two));
            assertThat(Integer.signum(order)).isEqualTo(Integer.signum(one.compareTo(two)));
        }
    }

    @Test
    void a_key_tells_its_entry() {
        for (int n = 0; n < 5000; n++) {
            QueueEntry entry =
                    new QueueEntry(
                            any(PARTITIONS),
                            any(List.of(Shelf.values())),
                            place(),
                            Bytes.utf8("v" + n));
            byte[] key = keys.key(entry.partition(), entry.shelf(), entry.place());
            assertThat(keys.entry(key, entry.value().toArray())).isEqualTo(entry);
        }
    }

    @Test
    void ranges_have_what_is_between_their_ends_and_nothing_of_others() {
        for (int n = 0; n < 20_000; n++) {
            int partition = any(PARTITIONS);
            Shelf shelf = any(List.of(Shelf.values()));
            Place from = random.nextBoolean() ? place() : null;
            Place to = random.nextBoolean() ? place() : null;
            QueueRange range = new QueueRange(partition, shelf, from, to, 1);
            int other = random.nextBoolean() ? partition : any(PARTITIONS);
            Shelf otherShelf = random.nextBoolean() ? shelf : any(List.of(Shelf.values()));
            Place place = place();
            boolean belongs =
                    other == partition
                            && otherShelf == shelf
                            && (from == null || place.compareTo(from) >= 0)
                            && (to == null || place.compareTo(to) < 0);
            assertThat(isIn(range, keys.key(other, otherShelf, place))).isEqualTo(belongs);
            for (String name : List.of("mai", "mail2", "maik", "maim", "é")) {
                assertThat(isIn(range, new PlaceKeys(name).key(partition, shelf, place))).isFalse();
            }
        }
    }

    private boolean isIn(QueueRange range, byte[] key) {
        return Arrays.compareUnsigned(key, keys.from(range)) >= 0
                && Arrays.compareUnsigned(key, keys.to(range)) < 0;
    }

    @Test
    void a_key_that_is_too_short_tells_nothing() {
        assertThat(
                        keys.entry(
                                "mail\0xxx".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                new byte[0]))
                .isNull();
    }
}
