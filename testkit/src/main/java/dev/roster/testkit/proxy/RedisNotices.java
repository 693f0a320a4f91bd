package dev.roster.testkit.proxy;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Redis's protocol, versions 2 and 3. Notifications are pushes (version 3) and arrays that begin
 * with "message" (version 2), other than the answers to SUBSCRIBE itself.
 */
final class RedisNotices implements Notices {
    private final Pending replies = new Pending();
    private final AtomicLong dropped = new AtomicLong();

    @Override
    public void sent(byte[] request) {}

    @Override
    public byte[] received(byte[] reply, boolean drop) {
        replies.add(reply);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int end = end(0);
        while (end >= 0) {
            boolean notice = isNotice(end);
            byte[] frame = replies.take(end);
            if (notice && drop) {
                dropped.incrementAndGet();
            } else {
                out.writeBytes(frame);
            }
            end = end(0);
        }
        return out.toByteArray();
    }

    private boolean isNotice(int end) {
        int kind = replies.at(0);
        if (kind != '>' && kind != '*') {
            return false;
        }
        String head = replies.text(0, Math.min(end, 40)).toLowerCase(Locale.ROOT);
        return head.contains("\r\nmessage\r\n")
                || head.contains("\r\npmessage\r\n")
                || head.contains("\r\nsmessage\r\n");
    }

    /** Where the value that begins there ends, or -1 if it is not whole yet. */
    private int end(int from) {
        int line = replies.lineEnd(from);
        if (line < 0) {
            return -1;
        }
        return switch (replies.at(from)) {
            case '$', '=', '!' -> {
                int length = count(from, line);
                int end = length < 0 ? line + 1 : line + 1 + length + 2;
                yield end <= replies.size() ? end : -1;
            }
            case '*', '~', '>' -> endOf(count(from, line), line + 1);
            case '%' -> endOf(2 * count(from, line), line + 1);
            case '|' -> endOf(2 * count(from, line) + 1, line + 1);
            default -> line + 1;
        };
    }

    private int endOf(int values, int from) {
        int end = from;
        for (int i = 0; i < values && end >= 0; i++) {
            end = end(end);
        }
        return end;
    }

    private int count(int from, int line) {
        return Integer.parseInt(replies.text(from + 1, line - 1));
    }

    @Override
    public long dropped() {
        return dropped.get();
    }
}
