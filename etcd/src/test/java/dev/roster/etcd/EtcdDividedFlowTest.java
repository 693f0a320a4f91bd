package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.DividedFlowContract;

class EtcdDividedFlowTest extends DividedFlowContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
