package dev.roster.etcd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What etcd found in a range.
 *
 * @param more whether the limit cut something off
 * @param count how many keys there are, whatever the limit
 */
record RangeAnswer(Header header, List<KeyValue> found, boolean more, long count) {
    static RangeAnswer read(ProtoReader from) {
        Header header = Header.NONE;
        List<KeyValue> found = new ArrayList<>();
        boolean more = false;
        long count = 0;
        for (int field = from.field(); field != 0; field = from.field()) {
            switch (field) {
                case 1 -> header = Header.read(from.message());
                case 2 -> found.add(KeyValue.read(from.message()));
                case 3 -> more = from.truth();
                case 4 -> count = from.number();
                default -> from.skip();
            }
        }
        return new RangeAnswer(header, found, more, count);
    }

    @Nullable KeyValue first() {
        return found.isEmpty() ? null : found.getFirst();
    }
}
