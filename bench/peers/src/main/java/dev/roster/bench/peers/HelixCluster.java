package dev.roster.bench.peers;

import java.util.Map;
import org.apache.helix.ConfigAccessor;
import org.apache.helix.HelixManager;
import org.apache.helix.controller.HelixControllerMain;
import org.apache.helix.manager.zk.ZKHelixAdmin;
import org.apache.helix.model.HelixConfigScope;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.LeaderStandbySMD;
import org.apache.helix.model.builder.HelixConfigScopeBuilder;

/** Makes the cluster, and is its controller. Prints {@code ready}; ends when its input does. */
public final class HelixCluster {
    static final String NAME = "bench";
    private static final String RESOURCE = "keys";

    private HelixCluster() {}

    /** With ZooKeeper's address. */
    public static void main(String[] args) throws Exception {
        String zooKeeper = args[0];
        ZKHelixAdmin admin = new ZKHelixAdmin.Builder().setZkAddress(zooKeeper).build();
        admin.addCluster(NAME, true);
        admin.addStateModelDef(NAME, "LeaderStandby", LeaderStandbySMD.build());
        HelixConfigScope scope =
                new HelixConfigScopeBuilder(HelixConfigScope.ConfigScopeProperty.CLUSTER)
                        .forCluster(NAME)
                        .build();
        new ConfigAccessor.Builder()
                .setZkAddress(zooKeeper)
                .build()
                .set(scope, Map.of("allowParticipantAutoJoin", "true"));
        admin.addResource(
                NAME,
                RESOURCE,
                Claims.PARTITIONS,
                "LeaderStandby",
                IdealState.RebalanceMode.FULL_AUTO.name(),
                "org.apache.helix.controller.rebalancer.strategy.CrushEdRebalanceStrategy");
        admin.rebalance(NAME, RESOURCE, 1);
        HelixManager controller =
                HelixControllerMain.startHelixController(
                        zooKeeper, NAME, "controller", HelixControllerMain.STANDALONE);
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Commands are for participants.
        }
        controller.disconnect();
        Runtime.getRuntime().halt(0);
    }
}
