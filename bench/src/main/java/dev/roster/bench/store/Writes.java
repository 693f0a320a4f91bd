package dev.roster.bench.store;

/** Something that commits one small write at a time. */
interface Writes extends AutoCloseable {
    void commit(String key, byte[] value);

    @Override
    void close();
}
