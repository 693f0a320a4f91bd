package dev.roster.testkit.proxy;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * PostgreSQL's protocol, version 3: a reply is a letter, its length in four bytes, and the rest.
 * Only the answers to requests for encryption, which come first, are a single letter. Encrypted
 * connections cannot be read: they are passed on as they are.
 */
final class PostgresNotices implements Notices {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final Pending requests = new Pending();
    private final Pending replies = new Pending();
    private final AtomicInteger letters = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private boolean begun;
    private boolean encrypted;

    @Override
    public void sent(byte[] request) {
        if (begun) {
            return;
        }
        requests.add(request);
        while (!begun && requests.size() >= 8) {
            int code = requests.number(4, 4);
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                letters.incrementAndGet();
                requests.take(8);
            } else {
                begun = true;
            }
        }
    }

    @Override
    public byte[] received(byte[] reply, boolean drop) {
        replies.add(reply);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (replies.size() > 0) {
            if (encrypted) {
                out.writeBytes(replies.take(replies.size()));
            } else if (letters.get() > 0) {
                letters.decrementAndGet();
                encrypted = replies.at(0) != 'N';
                out.writeBytes(replies.take(1));
            } else if (replies.size() < 5 || replies.size() < 1 + replies.number(1, 4)) {
                break;
            } else {
                boolean notice = replies.at(0) == 'A';
                byte[] frame = replies.take(1 + replies.number(1, 4));
                if (notice && drop) {
                    dropped.incrementAndGet();
                } else {
                    out.writeBytes(frame);
                }
            }
        }
        return out.toByteArray();
    }

    @Override
    public long dropped() {
        return dropped.get();
    }
}
