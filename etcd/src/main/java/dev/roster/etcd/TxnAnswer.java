package dev.roster.etcd;

import java.util.ArrayList;
import java.util.List;

/**
 * How a transaction of etcd ended.
 *
 * @param succeeded whether the comparisons held
 * @param ranges what the reads of the chosen branch found, in their order
 */
record TxnAnswer(Header header, boolean succeeded, List<RangeAnswer> ranges) {
    private static final int RANGE = 1;

    static TxnAnswer read(byte[] content) {
        ProtoReader from = new ProtoReader(content);
        Header header = Header.NONE;
        boolean succeeded = false;
        List<RangeAnswer> ranges = new ArrayList<>();
        for (int field = from.field(); field != 0; field = from.field()) {
            switch (field) {
                case 1 -> header = Header.read(from.message());
                case 2 -> succeeded = from.truth();
                case 3 -> readRange(from.message(), ranges);
                default -> from.skip();
            }
        }
        return new TxnAnswer(header, succeeded, ranges);
    }

    private static void readRange(ProtoReader from, List<RangeAnswer> to) {
        for (int field = from.field(); field != 0; field = from.field()) {
            if (field == RANGE) {
                to.add(RangeAnswer.read(from.message()));
            } else {
                from.skip();
            }
        }
    }
}
