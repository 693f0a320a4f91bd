package dev.roster.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.StoreIdentity;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.Member;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller's own transaction, by jetcd, succeeds only while the fence holds. */
@Timeout(60)
final class EtcdGuardSnippetsTest {
    private static @Nullable Client client;

    private final EtcdStore store = EtcdStore.open(SharedEtcd.newUrl());
    private final String effect = "balance/" + System.nanoTime();

    @BeforeAll
    static void connect() {
        client =
                Client.builder()
                        .endpoints("http://127.0.0.1:" + SharedEtcd.get().address().getPort())
                        .build();
    }

    @AfterAll
    static void disconnect() {
        Client connected = client;
        if (connected != null) {
            connected.close();
        }
    }

    private static KV kv() {
        Client connected = client;
        if (connected == null) {
            throw new IllegalStateException("not connected");
        }
        return connected.getKVClient();
    }

    @AfterEach
    void close() {
        store.close();
    }

    // tag::guard
    boolean pay(EtcdStore store, Ownership work, KV kv)
            throws InterruptedException, ExecutionException {
        return pay(store, work.fence(), "balance/" + work.key(), kv);
    }

    private static boolean pay(EtcdStore store, Fence fence, String balance, KV kv)
            throws InterruptedException, ExecutionException {
        TxnResponse done =
                kv.txn()
                        .If(
                                store.guard(fence).stream()
                                        .map(EtcdGuardSnippetsTest::cmp)
                                        .toArray(Cmp[]::new))
                        .Then(Op.put(bytes(balance), bytes("paid"), PutOption.DEFAULT))
                        .commit()
                        .get();
        return done.isSucceeded(); // if not, nothing happened
    }

    private static Cmp cmp(EtcdCompare compare) {
        Cmp.Op how =
                compare.relation() == EtcdCompare.Relation.EQUAL ? Cmp.Op.EQUAL : Cmp.Op.GREATER;
        CmpTarget<?> what =
                switch (compare.target()) {
                    case CREATE_REVISION -> CmpTarget.createRevision(compare.revision());
                    case MOD_REVISION -> CmpTarget.modRevision(compare.revision());
                    case VALUE -> CmpTarget.value(ByteSequence.from(compare.value()));
                };
        return new Cmp(ByteSequence.from(compare.key()), how, what);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    // end::guard

    private boolean pay(Fence fence) throws InterruptedException, ExecutionException {
        return pay(store, fence, effect, kv());
    }

    private boolean isPaid() throws InterruptedException, ExecutionException {
        return kv().get(bytes(effect)).get().getCount() > 0;
    }

    private Fence fence(Condition... conditions) {
        return new Fence(store.identity(), List.of(conditions));
    }

    @Test
    void a_transaction_succeeds_while_the_fence_holds() throws Exception {
        long owner = Puts.applied(store, Puts.put("owner", "me"));
        assertThat(
                        pay(
                                fence(
                                        new Condition.Unchanged("owner", owner),
                                        new Condition.Absent("none"))))
                .isTrue();
        assertThat(isPaid()).isTrue();
    }

    @Test
    void a_transaction_of_a_former_owner_does_nothing() throws Exception {
        long owner = Puts.applied(store, Puts.put("owner", "me"));
        Puts.applied(store, Puts.put("owner", "another"));
        assertThat(pay(fence(new Condition.Unchanged("owner", owner)))).isFalse();
        assertThat(pay(fence(new Condition.Absent("owner")))).isFalse();
        assertThat(isPaid()).isFalse();
    }

    @Test
    void a_transaction_for_another_life_of_the_store_does_nothing() throws Exception {
        Fence fence = fence();
        List<EtcdCompare> before = store.guard(fence);
        SharedEtcd.get().control("del", "--prefix=true", prefix());
        assertThat(
                        kv().txn()
                                .If(
                                        before.stream()
                                                .map(EtcdGuardSnippetsTest::cmp)
                                                .toArray(Cmp[]::new))
                                .Then(Op.put(bytes(effect), bytes("paid"), PutOption.DEFAULT))
                                .commit()
                                .get()
                                .isSucceeded())
                .isFalse();
        assertThat(store.commit(Puts.here(store, "k", "v")))
                .isInstanceOf(CommitResult.Applied.class);
        assertThatExceptionOfType(FencedException.class).isThrownBy(() -> store.guard(fence));
    }

    private String prefix() {
        String key = new String(store.guard(fence()).getFirst().key(), StandardCharsets.UTF_8);
        return key.substring(0, key.indexOf(':') + 1);
    }

    @Test
    void a_fence_of_another_store_is_refused() {
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> store.guard(new Fence(new StoreIdentity("another"), List.of())));
    }

    @Test
    void work_is_paid_under_its_fence() throws Exception {
        BlockingQueue<Boolean> paid = new LinkedBlockingQueue<>();
        Thread process =
                Thread.ofVirtual()
                        .start(() -> {
                            try (Member me = Group.join(store, "payers")) {
                                Division interest = Division.of(me, "interest");
                                interest.keys().add(List.of("account"));
                                interest.run(work -> paid.add(pay(store, work, kv())));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        assertThat(paid.poll(30, TimeUnit.SECONDS)).isTrue();
        process.interrupt();
        process.join();
    }
}
