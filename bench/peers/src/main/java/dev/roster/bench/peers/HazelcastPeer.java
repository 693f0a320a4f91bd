package dev.roster.bench.peers;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.partition.Partition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hazelcast's partitions. It tells nobody "you own this now", so each member's own view of the
 * partition table is looked at every two milliseconds.
 */
final class HazelcastPeer implements Peer {
    private final int firstPort;
    private final String patience;
    private final String heartbeat;
    private final String merge;
    private volatile @Nullable HazelcastInstance instance;
    private @Nullable Thread watch;

    /**
     * The first of ten ports; seconds without heartbeat; between heartbeats; and between looks for
     * another cluster to merge with, as a member finds itself in when it was away for too long.
     */
    HazelcastPeer(List<String> settings) {
        firstPort = Integer.parseInt(settings.get(0));
        patience = settings.get(1);
        heartbeat = settings.get(2);
        merge = settings.get(3);
    }

    @Override
    public void join(String name, Claims claims) {
        Config config = new Config("bench");
        config.setProperty("hazelcast.partition.count", Integer.toString(Claims.PARTITIONS));
        config.setProperty("hazelcast.logging.type", "none");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", patience);
        config.setProperty("hazelcast.heartbeat.interval.seconds", heartbeat);
        config.setProperty("hazelcast.merge.first.run.delay.seconds", merge);
        config.setProperty("hazelcast.merge.next.run.delay.seconds", merge);
        config.getNetworkConfig().setPort(firstPort).setPortCount(10).setReuseAddress(true);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        for (int port = firstPort; port < firstPort + 10; port++) {
            join.getTcpIpConfig().addMember("127.0.0.1:" + port);
        }
        HazelcastInstance joined = Hazelcast.newHazelcastInstance(config);
        // Partitions are not given out before somebody needs them.
        joined.getMap("first").put("key", "value");
        instance = joined;
        Thread following = new Thread(() -> follow(joined, claims), "partitions");
        following.setDaemon(true);
        following.start();
        watch = following;
    }

    private void follow(HazelcastInstance of, Claims claims) {
        Member self = of.getCluster().getLocalMember();
        try {
            while (of.equals(instance)) {
                Set<Partition> partitions = of.getPartitionService().getPartitions();
                for (Partition partition : partitions) {
                    boolean is = self.equals(partition.getOwner());
                    if (of.equals(instance)) {
                        claims.own(partition.getPartitionId(), is);
                    }
                }
                Thread.sleep(2);
                if (!self.equals(of.getCluster().getLocalMember())) {
                    // It merged into the others' cluster as a new member.
                    self = of.getCluster().getLocalMember();
                }
            }
        } catch (HazelcastInstanceNotActiveException e) {
            // It left.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void leave() throws InterruptedException {
        HazelcastInstance leaving = instance;
        Thread following = watch;
        if (leaving != null && following != null) {
            leaving.shutdown();
            instance = null;
            following.join();
        }
    }
}
