package dev.roster.etcd;

/** Keys of etcd from one, to before another. */
// Never changed or compared.
@SuppressWarnings("ArrayRecordComponent")
record KeyRange(byte[] from, byte[] to) {}
