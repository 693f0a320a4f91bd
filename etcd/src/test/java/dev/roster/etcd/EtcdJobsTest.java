package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.JobsContract;

class EtcdJobsTest extends JobsContract {
    private final String url = SharedEtcd.newUrl();

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }
}
