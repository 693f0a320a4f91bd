package dev.roster.etcd;

/**
 * What each answer of etcd begins with.
 *
 * @param cluster which cluster answered
 * @param revision the store's revision when it did, or that of the change that it made
 */
record Header(long cluster, long revision) {
    static final Header NONE = new Header(0, 0);

    static Header read(ProtoReader from) {
        long cluster = 0;
        long revision = 0;
        for (int field = from.field(); field != 0; field = from.field()) {
            switch (field) {
                case 1 -> cluster = from.number();
                case 3 -> revision = from.number();
                default -> from.skip();
            }
        }
        return new Header(cluster, revision);
    }
}
