package dev.roster.testkit.proxy;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * HTTP/2 as gRPC uses it. A watch is a stream that the client keeps open and whose first message is
 * a WatchRequest that creates one (its first field has the number 1, so its first byte is 10; that
 * of a lease's keep-alive is 8). What the server sends on it is replaced by padding of the same
 * size, so that the windows of flow control stay right.
 */
final class EtcdNotices implements Notices {
    private static final int PREFACE = 24;
    private static final int HEAD = 9;
    private static final int DATA = 0;
    private static final int END_STREAM = 1;
    private static final int PADDED = 8;
    private static final int MOST_PADDING = 256;

    private final Pending requests = new Pending();
    private final Pending replies = new Pending();
    private final Set<Integer> open = ConcurrentHashMap.newKeySet();
    private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
    private final AtomicLong dropped = new AtomicLong();
    private boolean begun;

    @Override
    public void sent(byte[] request) {
        requests.add(request);
        if (!begun) {
            if (requests.size() < PREFACE) {
                return;
            }
            requests.take(PREFACE);
            begun = true;
        }
        while (requests.size() >= HEAD && requests.size() >= HEAD + requests.number(0, 3)) {
            look();
            requests.take(HEAD + requests.number(0, 3));
        }
    }

    private void look() {
        int stream = requests.number(5, 4) & 0x7fffffff;
        int flags = requests.at(4);
        boolean data = requests.at(3) == DATA;
        int message = HEAD + ((flags & PADDED) != 0 ? 1 : 0) + 5;
        if (data && requests.number(0, 3) > message - HEAD && seen.add(stream)) {
            if (requests.at(message) == 10) {
                open.add(stream);
            }
        }
        if ((flags & END_STREAM) != 0 && requests.at(3) <= 1) {
            open.remove(stream);
        }
    }

    @Override
    public byte[] received(byte[] reply, boolean drop) {
        replies.add(reply);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (replies.size() >= HEAD && replies.size() >= HEAD + replies.number(0, 3)) {
            int stream = replies.number(5, 4) & 0x7fffffff;
            boolean notice = replies.at(3) == DATA && open.contains(stream);
            int length = replies.number(0, 3);
            int flags = replies.at(4);
            byte[] frame = replies.take(HEAD + length);
            if (notice && drop && length > 0) {
                dropped.incrementAndGet();
                pad(length, flags & END_STREAM, stream, out);
            } else {
                out.writeBytes(frame);
            }
        }
        return out.toByteArray();
    }

    private static void pad(int length, int last, int stream, ByteArrayOutputStream out) {
        int left = length;
        while (left > 0) {
            int size = Math.min(left, MOST_PADDING);
            left -= size;
            byte[] frame = new byte[HEAD + size];
            frame[1] = (byte) (size >> 8);
            frame[2] = (byte) size;
            frame[4] = (byte) (PADDED | (left == 0 ? last : 0));
            frame[5] = (byte) (stream >> 24);
            frame[6] = (byte) (stream >> 16);
            frame[7] = (byte) (stream >> 8);
            frame[8] = (byte) stream;
            frame[HEAD] = (byte) (size - 1);
            out.writeBytes(frame);
        }
    }

    @Override
    public long dropped() {
        return dropped.get();
    }
}
