package dev.roster.etcd;

import dev.roster.StoreRefusedException;
import dev.roster.store.Range;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Where a store's keys are in etcd. The namespace and a colon come first; a colon is in no
 * namespace, so that the keys of {@code a}, {@code ab} and {@code a/b} do not mix. After that comes
 * {@code e:} and the key as it is, or the name of one of the store's own two records.
 */
final class EtcdKeys {
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_./-]{1,100}");

    private final String namespace;
    private final byte[] entries;
    private final byte[] afterEntries;
    private final byte[] life;
    private final byte[] last;
    private final byte[] compaction;

    EtcdKeys(String namespace) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new StoreRefusedException(
                    "The namespace \"%s\" cannot be used: it is 1 to 100 letters, digits and . _ - / (and the default is %s)."
                            .formatted(namespace, EtcdAddress.DEFAULT_NAMESPACE));
        }
        this.namespace = namespace;
        this.entries = bytes(namespace + ":e:");
        this.afterEntries = bytes(namespace + ":e;");
        this.life = bytes(namespace + ":life");
        this.last = bytes(namespace + ":last");
        this.compaction = bytes(namespace + ":compaction");
    }

    /** Which life of the store this is. */
    byte[] life() {
        return life;
    }

    /** Written by each commit, so that its revision is that of the last commit. */
    byte[] last() {
        return last;
    }

    /** When history was last compacted. */
    byte[] compaction() {
        return compaction;
    }

    /** What all keys of the store begin with. */
    String prefix() {
        return namespace + ":";
    }

    byte[] toEtcd(String key) {
        byte[] text = bytes(key);
        byte[] whole = Arrays.copyOf(entries, entries.length + text.length);
        System.arraycopy(text, 0, whole, entries.length, text.length);
        return whole;
    }

    String fromEtcd(byte[] key) {
        return new String(key, entries.length, key.length - entries.length, StandardCharsets.UTF_8);
    }

    /** The same range in etcd; one that ends before it begins has no keys there, either. */
    KeyRange toEtcd(Range range) {
        String end = range.to();
        byte[] from = toEtcd(range.from());
        byte[] to = end == null ? afterEntries : toEtcd(end);
        // The empty key is none of a store's.
        return Arrays.compareUnsigned(from, to) < 0
                ? new KeyRange(from, to)
                : new KeyRange(entries, Arrays.copyOf(entries, entries.length + 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
