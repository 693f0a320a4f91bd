package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;

/** A queue on etcd, which is the general one, keeps the contract. */
final class EtcdQueueTest extends QueueContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
