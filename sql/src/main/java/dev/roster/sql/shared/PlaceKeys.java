package dev.roster.sql.shared;

import dev.roster.Bytes;
import dev.roster.store.Place;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a queue's entries in a table: the queue's name and a zero byte, three bytes of the
 * partition, the shelf, the rank, eight bytes of the time, the id. Their order is that of the
 * places, and no key of a queue, a partition or a shelf lies between those of another.
 */
public final class PlaceKeys {
    private static final int SHELF = 3;
    private static final int RANK = 4;
    private static final int DUE = 5;
    private static final int ID = DUE + Long.BYTES;

    private final byte[] name;

    /** The keys of the queue of this name, which has no control characters. */
    public PlaceKeys(String name) {
        this.name = (name + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** The key of a place. */
    public byte[] key(int partition, Shelf shelf, Place place) {
        byte[] id = place.id().getBytes(StandardCharsets.US_ASCII);
        return start(partition, shelf, ID + id.length)
                .put((byte) ('0' + place.rank()))
                .putLong(place.due())
                .put(id)
                .array();
    }

    /** The first key of a range. */
    public byte[] from(QueueRange range) {
        Place from = range.from();
        return from == null
                ? start(range.partition(), range.shelf(), RANK).array()
                : key(range.partition(), range.shelf(), from);
    }

    /** The first key after a range. */
    public byte[] to(QueueRange range) {
        Place to = range.to();
        return to == null
                ? start(range.partition(), range.shelf(), RANK + 1).put(Byte.MAX_VALUE).array()
                : key(range.partition(), range.shelf(), to);
    }

    private ByteBuffer start(int partition, Shelf shelf, int length) {
        return ByteBuffer.allocate(name.length + length)
                .put(name)
                .put((byte) (partition >> 16))
                .putShort((short) partition)
                .put((byte) shelf.code());
    }

    /** The entry with a key of this queue; null if nobody who writes such keys can have made it. */
    public @Nullable QueueEntry entry(byte[] key, byte[] value) {
        int start = name.length;
        if (key.length <= start + ID) {
            return null;
        }
        ByteBuffer read = ByteBuffer.wrap(key);
        int partition =
                Byte.toUnsignedInt(key[start]) << 16
                        | Short.toUnsignedInt(read.getShort(start + 1));
        String id = new String(key, start + ID, key.length - start - ID, StandardCharsets.US_ASCII);
        Place place = new Place(key[start + RANK] - '0', read.getLong(start + DUE), id);
        return new QueueEntry(
                partition, Shelf.of((char) key[start + SHELF]), place, Bytes.of(value));
    }
}
