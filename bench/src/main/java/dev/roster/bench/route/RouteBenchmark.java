package dev.roster.bench.route;

import com.google.common.hash.Hashing;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.roster.router.Route;
import dev.roster.router.Router;
import dev.roster.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.KetamaNodeLocator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Who owns a key: by Roster's table and by what others use. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // set before anything is measured
public class RouteBenchmark {
    private static final int KEYS = 1024;

    /** How many members there are. */
    @Param({"10", "1000"})
    public int members;

    private final String[] keys = new String[KEYS];
    private final long[] hashes = new long[KEYS];
    private int next;
    private MemoryStore store;
    private Router router;
    private KetamaNodeLocator ketama;
    private Maglev maglev;
    private Rendezvous rendezvous;
    private HazelcastInstance hazelcast;

    /** Fills the tables. */
    @Setup
    public void fill() {
        store = KnownGroup.of(members, members < 100 ? 1024 : 16_384);
        router = Router.open(store, KnownGroup.GROUP, KnownGroup.DIVISION);
        ketama = Ketama.ring(members);
        maglev = new Maglev(members);
        rendezvous = new Rendezvous(members);
        Random random = new Random(1);
        for (int k = 0; k < KEYS; k++) {
            keys[k] = "user/" + random.nextLong(10_000_000_000L); // 15 characters or so
            hashes[k] = router.routes().hash().hash(keys[k]);
        }
    }

    /** One Hazelcast member: a lookup costs the same however many there are. */
    @Setup
    public void startHazelcast() {
        Config config = new Config();
        config.setProperty("hazelcast.logging.type", "none");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        hazelcast = Hazelcast.newHazelcastInstance(config);
        hazelcast.getMap("m").put("k", "v"); // gives partitions their owner
    }

    @TearDown
    public void close() {
        router.close();
        store.close();
        hazelcast.shutdown();
    }

    private int next() {
        int now = next;
        next = now + 1 & KEYS - 1;
        return now;
    }

    /** Beside which the others are to be seen: stepping through the keys. */
    @Benchmark
    public String baseline() {
        return keys[next()];
    }

    @Benchmark
    public Route rosterHashed() {
        return router.route(hashes[next()]);
    }

    @Benchmark
    public Route rosterString() {
        return router.route(keys[next()]);
    }

    @Benchmark
    public int guavaHashed() {
        return Hashing.consistentHash(hashes[next()], members);
    }

    @Benchmark
    public int guavaString() {
        long hash = Hashing.murmur3_128().hashString(keys[next()], StandardCharsets.UTF_8).asLong();
        return Hashing.consistentHash(hash, members);
    }

    @Benchmark
    public Object ketamaString() {
        return ketama.getPrimary(keys[next()]);
    }

    @Benchmark
    public int maglevString() {
        return maglev.owner(keys[next()]);
    }

    @Benchmark
    public String rendezvousString() {
        return rendezvous.owner(keys[next()]);
    }

    @Benchmark
    public @Nullable Object hazelcastString() {
        return hazelcast.getPartitionService().getPartition(keys[next()]).getOwner();
    }
}
