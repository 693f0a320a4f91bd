package dev.roster.store;

import dev.roster.Entry;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link StoreQueue} keeps its entries, so that the order of keys is that of places:
 *
 * <pre>
 * q/QUEUE/PARTITION/SHELF/RANK/DUE/ID   an entry; the numbers are written at full width
 * w/QUEUE                               the partitions that the last commit with wakes has woken
 * </pre>
 *
 * <p>Wakes are apart, so that who waits for them is not told of entries. The queue's name is
 * escaped as those of groups are.
 */
final class QueueKeys {
    private static final HexFormat HEX = HexFormat.of();
    private static final int PARTITION_DIGITS = 5;
    private static final int DUE_DIGITS = 16;

    /** From the partition on: {@code 0001f/w/0/00063f2a11223344/ID}. */
    private static final int SHELF_AT = PARTITION_DIGITS + 1;

    private static final int RANK_AT = SHELF_AT + 2;
    private static final int DUE_AT = RANK_AT + 2;
    private static final int ID_AT = DUE_AT + DUE_DIGITS + 1;

    private final String entries;
    private final String wakes;

    QueueKeys(String queue) {
        String escaped = queue.replace("%", "%25").replace("/", "%2F");
        entries = "q/" + escaped + "/";
        wakes = "w/" + escaped;
    }

    String wakes() {
        return wakes;
    }

    String key(int partition, Shelf shelf, Place place) {
        return entries
                + HEX.toHexDigits(partition, PARTITION_DIGITS)
                + '/'
                + shelf.code()
                + '/'
                + place.rank()
                + '/'
                + HEX.toHexDigits(place.due(), DUE_DIGITS)
                + '/'
                + place.id();
    }

    String key(QueueCondition condition) {
        return key(condition.partition(), condition.shelf(), condition.place());
    }

    String key(QueueOperation operation) {
        return key(operation.partition(), operation.shelf(), operation.place());
    }

    Range range(QueueRange range) {
        Range all =
                Range.prefix(
                        entries
                                + HEX.toHexDigits(range.partition(), PARTITION_DIGITS)
                                + "/"
                                + range.shelf().code()
                                + "/");
        Place from = range.from();
        Place to = range.to();
        return new Range(
                from == null ? all.from() : key(range.partition(), range.shelf(), from),
                to == null ? all.to() : key(range.partition(), range.shelf(), to),
                range.atMost());
    }

    /** The entry of a range, or null if its key is none that this class has written. */
    @Nullable QueueEntry entry(QueueRange range, Entry entry) {
        String key = entry.key();
        int at = entries.length();
        try {
            Place place =
                    new Place(
                            key.charAt(at + RANK_AT) - '0',
                            HexFormat.fromHexDigitsToLong(
                                    key, at + DUE_AT, at + DUE_AT + DUE_DIGITS),
                            key.substring(at + ID_AT));
            return key.equals(key(range.partition(), range.shelf(), place))
                    ? new QueueEntry(range.partition(), range.shelf(), place, entry.value())
                    : null;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }
}
