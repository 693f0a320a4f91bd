package dev.roster.bench.store;

import dev.roster.bench.Part;
import dev.roster.bench.Table;
import dev.roster.store.Store;
import dev.roster.testkit.server.EtcdServer;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/**
 * Measures compare-and-set on etcd, by jetcd and by the store, in turns on the same server, and how
 * soon a watch knows of a commit.
 */
public final class EtcdPart implements Part {
    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String summary() {
        return "compare-and-set of EtcdStore, beside jetcd, and news of it (1 min)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        Table table = new Table();
        try (EtcdServer server = new EtcdServer();
                Store store = Store.open(server.url());
                Client client =
                        Client.builder()
                                .endpoints("http://127.0.0.1:" + server.address().getPort())
                                .build()) {
            SideBySide sides = new SideBySide(server.name(), "EtcdStore", table);
            KV kv = client.getKVClient();
            for (int threads : new int[] {1, 32}) {
                sides.compare(threads, key -> driver(kv, key), SideBySide.side(store));
            }
            try (Store other = Store.open(server.url())) {
                sides.notices(store, other);
            }
        }
        return table.markdown();
    }

    private static SideBySide.Setter driver(KV kv, String key) {
        ByteSequence driverKey = ByteSequence.from("driver/" + key, StandardCharsets.UTF_8);
        long[] last = {0};
        return value -> {
            try {
                TxnResponse done =
                        kv.txn()
                                .If(
                                        new Cmp(
                                                driverKey,
                                                Cmp.Op.EQUAL,
                                                CmpTarget.modRevision(last[0])))
                                .Then(
                                        Op.put(
                                                driverKey,
                                                ByteSequence.from(value),
                                                PutOption.DEFAULT))
                                .commit()
                                .get();
                if (!done.isSucceeded()) {
                    throw new IllegalStateException("refused");
                }
                last[0] = done.getHeader().getRevision();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        };
    }
}
