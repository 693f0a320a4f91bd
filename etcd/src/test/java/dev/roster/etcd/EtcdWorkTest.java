package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.WorkContract;

class EtcdWorkTest extends WorkContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
