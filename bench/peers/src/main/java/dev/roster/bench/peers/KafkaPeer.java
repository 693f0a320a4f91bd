package dev.roster.bench.peers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A consumer of a Kafka group: what its rebalance listener is told. */
final class KafkaPeer implements Peer {
    private static final String TOPIC = "bench";

    private final String servers;
    private final String protocol;
    private final List<String> options;
    private volatile boolean leaving;
    private @Nullable Thread poller;

    /** Bootstrap servers, {@code classic} or {@code consumer}, further options as NAME=VALUE. */
    KafkaPeer(List<String> settings) {
        servers = settings.get(0);
        protocol = settings.get(1);
        options = settings.subList(2, settings.size());
    }

    @Override
    public void join(String name, Claims claims) throws Exception {
        makeTopic();
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        properties.put("group.id", "bench");
        properties.put("client.id", name);
        properties.put("group.protocol", protocol);
        properties.put("enable.auto.commit", "false");
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
        for (String option : options) {
            int equals = option.indexOf('=');
            properties.put(option.substring(0, equals), option.substring(equals + 1));
        }
        leaving = false;
        Thread polling = new Thread(() -> poll(properties, claims), "poller");
        polling.start();
        poller = polling;
    }

    private void makeTopic() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(java.util.Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Claims.PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private void poll(Properties properties, Claims claims) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            consumer.subscribe(List.of(TOPIC), new Listener(claims));
            while (!leaving) {
                consumer.poll(Duration.ofMillis(20));
            }
        }
    }

    @Override
    public void leave() throws InterruptedException {
        leaving = true;
        Thread polling = poller;
        if (polling != null) {
            polling.join();
        }
    }

    private record Listener(Claims claims) implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(one -> claims.own(one.partition(), true));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(one -> claims.own(one.partition(), false));
        }
    }
}
