package dev.roster.etcd;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One watch of etcd's, as it is: messages in order until it ends. What is not taken is not asked
 * for, so that a slow reader fills etcd's memory no more than ours.
 */
final class WatchStream implements AutoCloseable {
    /** Messages that may be under way before the first is taken. */
    private static final int AHEAD = 8;

    /** What came: a message, or the end. */
    sealed interface Item {
        record Message(WatchAnswer answer) implements Item {}

        record End(Status status) implements Item {}
    }

    private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final EtcdConnection.Stream stream;

    WatchStream(EtcdConnection connection, KeyRange range, long from)
            throws CallFailedException, InterruptedException {
        stream = connection.stream(Call.WATCH);
        ClientCall<byte[], byte[]> call = stream.call();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        receive(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        queue.add(new Item.End(status));
                    }
                },
                stream.headers());
        call.request(AHEAD);
        call.sendMessage(Requests.watch(range, from).toArray());
    }

    private void receive(byte[] message) {
        try {
            queue.add(new Item.Message(WatchAnswer.read(message)));
        } catch (ProtoReader.BadMessageException e) {
            queue.add(new Item.End(Status.INTERNAL.withDescription(e.getMessage())));
        }
    }

    /** The next message or the end; null when the time is over. */
    @Nullable Item next(long nanos) throws InterruptedException {
        Item item = queue.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        if (item instanceof Item.Message) {
            stream.call().request(1);
        }
        return item;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Asks for a sign of life, which comes as a message without events. */
    void askForProgress() {
        stream.call().sendMessage(Requests.progress().toArray());
    }

    /** The server that it comes from, for {@link EtcdConnection#leave(int)}. */
    int server() {
        return stream.at();
    }

    String endpoint() {
        return stream.endpoint();
    }

    /** Lets a thread that waits go. */
    void wake() {
        queue.add(new Item.End(Status.CANCELLED));
    }

    @Override
    public void close() {
        stream.call().cancel("closed", null);
    }
}
