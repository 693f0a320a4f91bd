package dev.roster.bench.placement;

import dev.roster.protocol.placement.StickyQuotaFill;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/**
 * The same situation for Kafka's assignor of KIP-848: one topic, to which all members subscribe,
 * with a partition for each key. What a coordinator has at hand anyway, that is the sets of
 * partitions by member and the map from partition to member, is made beforehand and not measured.
 */
final class KafkaGroup {
    private static final Uuid TOPIC = new Uuid(1, 1);

    private final UniformAssignor assignor = new UniformAssignor();
    private final GroupSpec group;
    private final SubscribedTopicDescriber topics;
    private final Map<String, Integer> indexOfMember = new HashMap<>();
    private final int keys;

    KafkaGroup(Situation situation) {
        int[] previous = situation.previous();
        keys = previous.length;
        Map<String, MemberSubscriptionAndAssignmentImpl> members = new HashMap<>();
        Map<Integer, String> memberOfPartition = new HashMap<>();
        for (int m = 0; m < situation.members(); m++) {
            String id = "member-%06d".formatted(m);
            Set<Integer> partitions = new HashSet<>();
            for (int k = 0; k < keys; k++) {
                if (previous[k] == m) {
                    partitions.add(k);
                    memberOfPartition.put(k, id);
                }
            }
            indexOfMember.put(id, m);
            Map<Uuid, Set<Integer>> assigned =
                    partitions.isEmpty() ? Map.of() : Map.of(TOPIC, partitions);
            members.put(
                    id,
                    new MemberSubscriptionAndAssignmentImpl(
                            Optional.empty(),
                            Optional.empty(),
                            Set.of(TOPIC),
                            new Assignment(assigned)));
        }
        group =
                new GroupSpecImpl(
                        members, SubscriptionType.HOMOGENEOUS, Map.of(TOPIC, memberOfPartition));
        topics = new OneTopic(keys);
    }

    GroupAssignment place() {
        return assignor.assign(group, topics);
    }

    int[] placement(GroupAssignment assignment) {
        int[] placement = new int[keys];
        Arrays.fill(placement, StickyQuotaFill.NOBODY);
        assignment
                .members()
                .forEach((id, assigned) -> {
                    int member = indexOfMember.getOrDefault(id, StickyQuotaFill.NOBODY);
                    assigned.partitions()
                            .getOrDefault(TOPIC, Set.of())
                            .forEach(k -> placement[k] = member);
                });
        return placement;
    }

    private record OneTopic(int partitions) implements SubscribedTopicDescriber {
        @Override
        public int numPartitions(Uuid topic) {
            return partitions;
        }

        @Override
        public Set<String> racksForPartition(Uuid topic, int partition) {
            return Set.of();
        }
    }
}
