package dev.roster.bench.peers;

import java.util.List;
import org.apache.helix.HelixManager;
import org.apache.helix.HelixManagerFactory;
import org.apache.helix.InstanceType;
import org.apache.helix.NotificationContext;
import org.apache.helix.model.Message;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.apache.helix.participant.statemachine.StateModelInfo;
import org.apache.helix.participant.statemachine.Transition;
import org.jspecify.annotations.Nullable;

/**
 * A participant of an Apache Helix cluster. Its LeaderStandby model has one leader of a partition
 * at a time; with OnlineOffline a partition goes online at the next before it is offline at the
 * last.
 */
final class HelixPeer implements Peer {
    private final String zooKeeper;
    private @Nullable HelixManager manager;

    /** ZooKeeper's address, and the milliseconds after which a silent session is over. */
    HelixPeer(List<String> settings) {
        zooKeeper = settings.get(0);
        System.setProperty("zk.session.timeout", settings.get(1));
    }

    @Override
    public void join(String name, Claims claims) throws Exception {
        HelixManager joining =
                HelixManagerFactory.getZKHelixManager(
                        HelixCluster.NAME, name, InstanceType.PARTICIPANT, zooKeeper);
        joining.getStateMachineEngine()
                .registerStateModelFactory(
                        "LeaderStandby",
                        new StateModelFactory<StateModel>() {
                            @Override
                            public StateModel createNewStateModel(
                                    String resource, String partition) {
                                return new Partition(
                                        Integer.parseInt(
                                                partition.substring(
                                                        partition.lastIndexOf('_') + 1)),
                                        claims);
                            }
                        });
        joining.connect();
        manager = joining;
    }

    @Override
    public void leave() {
        HelixManager leaving = manager;
        if (leaving != null) {
            leaving.disconnect();
        }
    }

    /** One partition's state here. Helix calls it by reflection. */
    @StateModelInfo(
            initialState = "OFFLINE",
            states = {"LEADER", "STANDBY", "OFFLINE"})
    public static final class Partition extends StateModel {
        private final int number;
        private final Claims claims;

        Partition(int number, Claims claims) {
            this.number = number;
            this.claims = claims;
        }

        @Transition(from = "OFFLINE", to = "STANDBY")
        public void onBecomeStandbyFromOffline(Message message, NotificationContext context) {
            claims.own(number, false);
        }

        @Transition(from = "STANDBY", to = "LEADER")
        public void onBecomeLeaderFromStandby(Message message, NotificationContext context) {
            claims.own(number, true);
        }

        @Transition(from = "LEADER", to = "STANDBY")
        public void onBecomeStandbyFromLeader(Message message, NotificationContext context) {
            claims.own(number, false);
        }

        @Transition(from = "STANDBY", to = "OFFLINE")
        public void onBecomeOfflineFromStandby(Message message, NotificationContext context) {
            claims.own(number, false);
        }

        @Transition(from = "OFFLINE", to = "DROPPED")
        public void onBecomeDroppedFromOffline(Message message, NotificationContext context) {
            claims.own(number, false);
        }

        @Override
        public void reset() {
            claims.own(number, false);
        }
    }
}
