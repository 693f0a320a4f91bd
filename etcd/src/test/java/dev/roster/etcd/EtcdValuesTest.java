package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.ValuesContract;

class EtcdValuesTest extends ValuesContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
