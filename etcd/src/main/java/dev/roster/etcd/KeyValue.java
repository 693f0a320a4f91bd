package dev.roster.etcd;

/** A key of etcd and what it holds; of one that was deleted, the key and when. */
// Read once, never changed or compared: a copy of each would only cost.
@SuppressWarnings("ArrayRecordComponent")
record KeyValue(byte[] key, long created, long modified, byte[] value) {
    private static final byte[] NOTHING = {};

    static KeyValue read(ProtoReader from) {
        byte[] key = NOTHING;
        byte[] value = NOTHING;
        long created = 0;
        long modified = 0;
        for (int field = from.field(); field != 0; field = from.field()) {
            switch (field) {
                case 1 -> key = from.bytes();
                case 2 -> created = from.number();
                case 3 -> modified = from.number();
                case 5 -> value = from.bytes();
                default -> from.skip();
            }
        }
        return new KeyValue(key, created, modified, value);
    }
}
