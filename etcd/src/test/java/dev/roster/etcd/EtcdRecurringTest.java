package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.RecurringContract;

class EtcdRecurringTest extends RecurringContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
